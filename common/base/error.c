/* Messages: formatted, made one tidy line, cut on a whole character. Owns no state. */
#include "common/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Takes off a UTF-8 character that the array's end cut in two, and turns control bytes into '?', since
 * messages carry file names and other bytes that come from outside. */
static void tidy_message(char *message)
{
    size_t length = strlen(message);
    size_t tail = 0;
    while (tail < 4 && tail < length && ((unsigned char)message[length - 1 - tail] & 0xC0U) == 0x80U) {
        tail++;
    }
    if (tail < length && ((unsigned char)message[length - 1 - tail] & 0x80U) != 0) {
        unsigned char lead = (unsigned char)message[length - 1 - tail];
        size_t wanted = lead >= 0xF0U ? 3 : lead >= 0xE0U ? 2 : lead >= 0xC0U ? 1 : 0;
        if (tail < wanted) {
            length -= tail + 1;
            message[length] = '\0';
        }
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)message[i];
        if (byte < 0x20U || byte == 0x7FU) {
            message[i] = '?';
        }
    }
}

enum csa_status csa_error_set(struct csa_error *error, enum csa_status status, const char *format, ...)
{
    if (error == NULL) {
        return status;
    }
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    tidy_message(error->message);
    return status;
}

enum csa_status csa_error_set_system(struct csa_error *error, int error_number, const char *format, ...)
{
    enum csa_status status = error_number == ENOENT   ? CSA_ERROR_NOT_FOUND
                             : error_number == ENOMEM ? CSA_ERROR_MEMORY
                                                      : CSA_ERROR_IO;
    if (error == NULL) {
        return status;
    }
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (written >= 0 && (size_t)written < sizeof error->message) {
        snprintf(error->message + written, sizeof error->message - (size_t)written, ": %s",
                 strerror(error_number));
    }
    tidy_message(error->message);
    return status;
}

enum csa_status csa_error_set_memory(struct csa_error *error, const char *what)
{
    return csa_error_set(error, CSA_ERROR_MEMORY, "out of memory: %s", what);
}

enum csa_status csa_error_pass(struct csa_error *error, const struct csa_error *kept)
{
    if (error != NULL && kept->status != CSA_OK) {
        *error = *kept;
    }
    return kept->status;
}

enum csa_status csa_error_prefix(struct csa_error *error, const char *prefix)
{
    if (error == NULL) {
        return CSA_ERROR_IO;
    }
    char old[sizeof error->message];
    memcpy(old, error->message, sizeof old);
    int written = snprintf(error->message, sizeof error->message, "%s: ", prefix);
    if (written >= 0 && (size_t)written < sizeof error->message) {
        size_t room = sizeof error->message - 1 - (size_t)written;
        size_t length = strnlen(old, sizeof old - 1);
        length = length < room ? length : room;
        memcpy(error->message + written, old, length);
        error->message[(size_t)written + length] = '\0';
    }
    tidy_message(error->message);
    return error->status;
}
