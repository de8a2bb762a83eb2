/* Opening a site: its files are read once, so that no request names or opens one. Called by the server
 * interfaces; answering is in respond.c. */
#include "searcher/site/site.h"

#include "common/base/config.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/index/hash.h"
#include "searcher/site/assets.h"
#include "searcher/site/cache.h"
#include "searcher/site/state.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { STYLE_MAXIMUM = 512 * 1024, NAME_MAXIMUM = 64 };

/* The site's version becomes one of this, too. */
static void mix_version(struct csa_site *site, uint64_t version)
{
    site->version = csa_cache_mix(site->version, csa_view_make((const char *)&version, sizeof version));
}

/* The newest of the files counts. */
static void note_time(struct csa_site *site, const char *path)
{
    struct stat status;
    if (path != NULL && stat(path, &status) == 0 && (int64_t)status.st_mtim.tv_sec > site->modified) {
        site->modified = (int64_t)status.st_mtim.tv_sec;
    }
}

/* Appends a file of the configuration; null is none. What it says becomes part of the version. */
static enum csa_status read_file(struct csa_site *site, const char *path, struct csa_buffer *text,
                                 struct csa_error *error)
{
    size_t begin = text->size;
    enum csa_status status = path == NULL ? CSA_OK : csa_file_read(path, text, error);
    if (status == CSA_OK) {
        note_time(site, path);
        struct csa_view added = {text->data == NULL ? NULL : text->data + begin, text->size - begin};
        site->version = csa_cache_mix(site->version, added);
    }
    return status;
}

static enum csa_status open_words(struct csa_site *site, struct csa_error *error)
{
    const struct csa_site_config *config = site->config;
    struct csa_buffer text;
    char name[NAME_MAXIMUM];
    snprintf(name, sizeof name, "words/%s.txt", config->language);
    mix_version(site, csa_site_asset(name).version);
    csa_buffer_init(&text, CSA_WORDS_FILE_MAXIMUM);
    enum csa_status status = read_file(site, config->words, &text, error);
    if (status == CSA_OK) {
        status = csa_words_open(config->language, csa_buffer_view(&text),
                                config->words == NULL ? "" : config->words, &site->words, error);
    }
    csa_buffer_release(&text);
    return status;
}

static enum csa_status open_synonyms(struct csa_site *site, struct csa_error *error)
{
    const char *path = site->config->synonyms;
    struct csa_buffer text;
    csa_buffer_init(&text, CSA_SYNONYMS_BYTES);
    enum csa_status status = read_file(site, path, &text, error);
    if (status == CSA_OK && path != NULL) {
        status = csa_synonyms_read(csa_buffer_view(&text), path, &site->synonyms, error);
    }
    csa_buffer_release(&text);
    return status;
}

/* The page and its parts: the site's own where they are given, else the built-in ones. */
static enum csa_status open_templates(struct csa_site *site, struct csa_error *error)
{
    static const char *const names[CSA_SITE_TEMPLATES] = {"page", "head", "header", "footer"};
    const struct csa_site_config *config = site->config;
    const char *const paths[CSA_SITE_TEMPLATES] = {config->page, config->head, config->header,
                                                   config->footer};
    struct csa_template_source sources[CSA_SITE_TEMPLATES];
    for (size_t i = 0; i < CSA_SITE_TEMPLATES; i++) {
        enum csa_status status = read_file(site, paths[i], &site->texts[i], error);
        if (status != CSA_OK) {
            return status;
        }
        char name[NAME_MAXIMUM];
        snprintf(name, sizeof name, "%s.html", names[i]);
        struct csa_asset built_in = csa_site_asset(name);
        struct csa_view text = paths[i] == NULL ? built_in.text : csa_buffer_view(&site->texts[i]);
        if (i == CSA_SITE_PAGE && text.size == 0) {
            return csa_error_set(error, CSA_ERROR_DAMAGED, "%s: the page is empty",
                                 paths[i] == NULL ? name : paths[i]);
        }
        text = text.size == 0 ? csa_view_of("") : text;
        mix_version(site, paths[i] == NULL ? built_in.version : csa_hash(text));
        sources[i] = (struct csa_template_source){names[i], paths[i] == NULL ? "built in" : paths[i], text};
    }
    return csa_template_parse(sources, CSA_SITE_TEMPLATES, &site->page, error);
}

/* With a file of the site behind the built-in one, or without (null). */
static enum csa_status open_file(struct csa_site *site, const char *asset, const char *path,
                                 struct csa_site_file *file, struct csa_error *error)
{
    struct csa_asset built_in = csa_site_asset(asset);
    file->text = built_in.text;
    file->version = built_in.version;
    if (path != NULL) {
        csa_buffer_append_view(&file->joined, file->text);
        csa_buffer_append_byte(&file->joined, '\n');
        enum csa_status status = csa_buffer_check(&file->joined, path, error);
        status = status == CSA_OK ? read_file(site, path, &file->joined, error) : status;
        if (status != CSA_OK) {
            return status;
        }
        file->text = csa_buffer_view(&file->joined);
        file->version = csa_hash(file->text);
    }
    snprintf(file->tag, sizeof file->tag, "%0*llx", CSA_SITE_TAG,
             (unsigned long long)(file->version >> (64 - 4 * CSA_SITE_TAG)));
    mix_version(site, file->version);
    return CSA_OK;
}

static enum csa_status open_parts(struct csa_site *site, struct csa_error *error)
{
    const struct csa_site_config *config = site->config;
    if (config->index == NULL) {
        return csa_error_set(error, CSA_ERROR_MISUSE, "the site has no index");
    }
    site->version = csa_hash(csa_view_of(CSA_VERSION));
    mix_version(site, config->fingerprint);
    note_time(site, config->file);
    enum csa_status status = csa_snapshot_init(&site->snapshot, config->index, error);
    status = status == CSA_OK ? open_words(site, error) : status;
    status = status == CSA_OK ? open_synonyms(site, error) : status;
    status = status == CSA_OK ? open_templates(site, error) : status;
    status = status == CSA_OK ? open_file(site, "style.css", config->style, &site->style, error) : status;
    return status == CSA_OK ? open_file(site, "script.js", NULL, &site->script, error) : status;
}

enum csa_status csa_site_open(const struct csa_site_config *config, struct csa_site **site,
                              struct csa_error *error)
{
    *site = NULL;
    struct csa_site *opened = csa_calloc(1, sizeof *opened);
    if (opened == NULL) {
        return csa_error_set_memory(error, "the site");
    }
    opened->config = config;
    for (size_t i = 0; i < CSA_SITE_TEMPLATES; i++) {
        csa_buffer_init(&opened->texts[i], CSA_TEMPLATE_MAXIMUM);
    }
    csa_buffer_init(&opened->style.joined, STYLE_MAXIMUM);
    csa_buffer_init(&opened->script.joined, STYLE_MAXIMUM);
    csa_buffer_init(&opened->packed, CSA_SITE_RESPONSE_MAXIMUM);
    csa_arena_init(&opened->arena, CSA_SITE_REQUEST_MEMORY);
    enum csa_status status = open_parts(opened, error);
    if (status != CSA_OK) {
        csa_site_close(opened);
        return status;
    }
    *site = opened;
    return CSA_OK;
}

void csa_site_abandon(struct csa_site *site)
{
    csa_response_cache_free(site->kept);
    site->kept = NULL;
}

void csa_site_close(struct csa_site *site)
{
    csa_snapshot_release(&site->snapshot);
    csa_template_free(site->page);
    csa_words_close(site->words);
    csa_synonyms_close(site->synonyms);
    for (size_t i = 0; i < CSA_SITE_TEMPLATES; i++) {
        csa_buffer_release(&site->texts[i]);
    }
    csa_buffer_release(&site->style.joined);
    csa_buffer_release(&site->script.joined);
    csa_buffer_release(&site->packed);
    csa_gzip_free(site->gzip);
    csa_response_cache_free(site->kept);
    csa_arena_release(&site->arena);
    csa_free(site);
}
