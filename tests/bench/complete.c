/* Times completions: reads typed texts, one a line, from standard input, completes each and prints the
 * nanoseconds and the numbers of words and titles; with a second argument also what they are. Built and
 * called by complete.py. */
#include "common/base/arena.h"
#include "searcher/engine.h"

#include <stdio.h>
#include <time.h>

enum { TIMES = 3 }; /* the least is printed */

/* Of the processor: what other programs take of the time does not count. */
static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void show(const struct csa_completions *found)
{
    for (size_t i = 0; i < found->word_count; i++) {
        printf("    %.*s (%llu)%s\n", (int)found->words[i].word.size, found->words[i].word.data,
               (unsigned long long)found->words[i].passages, found->words[i].stop ? " stop" : "");
    }
    for (size_t i = 0; i < found->title_count; i++) {
        printf("    %s %.*s\n", found->titles[i].begins ? "=" : "~", (int)found->titles[i].title.size,
               found->titles[i].title.data);
    }
}

int main(int argc, char **argv)
{
    static char line[8192];
    struct csa_engine *engine;
    struct csa_error error = {0};
    struct csa_arena arena;
    if (argc < 2 || csa_engine_native_open(argv[1], &engine, &error) != CSA_OK) {
        fprintf(stderr, "complete: %s\n", error.message);
        return 1;
    }
    csa_arena_init(&arena, 0);
    while (fgets(line, sizeof line, stdin) != NULL) {
        struct csa_completions found;
        size_t size = strcspn(line, "\n");
        int64_t least = INT64_MAX;
        for (int i = 0; i < TIMES; i++) {
            csa_arena_clear(&arena);
            int64_t start = now();
            if (engine->operations->complete(engine, csa_view_make(line, size), 8, &arena, &found, &error) !=
                CSA_OK) {
                fprintf(stderr, "complete: %s\n", error.message);
                return 1;
            }
            int64_t took = now() - start;
            least = took < least ? took : least;
        }
        printf("%lld %zu %zu %.*s\n", (long long)least, found.word_count, found.title_count, (int)size, line);
        if (argc > 2) {
            show(&found);
        }
    }
    csa_arena_release(&arena);
    engine->operations->close(engine);
    return 0;
}
