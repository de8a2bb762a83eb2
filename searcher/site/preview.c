/* From the command line to a site's configuration, for csa-search --serve. Called by main(). */
#include "searcher/site/preview.h"

#include "searcher/engine.h"
#include "searcher/site/config.h"
#include "searcher/site/frontends.h"
#include "searcher/site/site.h"
#include "searcher/site/words.h"

#include <stdlib.h>

/* The language of the user's locale when the site has words for it ("de_DE.UTF-8": de), else English. */
static const char *language_of_locale(struct csa_arena *arena)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *locale = "";
    for (size_t i = 0; i < sizeof names / sizeof *names && *locale == '\0'; i++) {
        const char *value = getenv(names[i]);
        locale = value == NULL ? "" : value;
    }
    struct csa_view language = csa_arena_copy(arena, csa_view_make(locale, strcspn(locale, "_.@-")));
    return language.data != NULL && csa_words_has_language(language.data) ? language.data : "en";
}

static enum csa_status configure(const struct csa_search_options *options, struct csa_arena *arena,
                                 struct csa_site_config *config, struct csa_error *error)
{
    const char *file = getenv("CSA_CONFIG");
    if (file != NULL && *file != '\0') {
        enum csa_status status = csa_site_config_read(file, arena, config, error);
        if (status != CSA_OK) {
            return status;
        }
    } else {
        csa_site_config_default(config);
        config->language = language_of_locale(arena);
    }
    if (config->index == NULL || options->index_given) {
        config->index = options->index;
    }
    if (config->synonyms == NULL || options->synonyms_given) {
        config->synonyms = options->synonyms_file;
    }
    if (options->hits_given) {
        config->hits = options->hits;
        config->hits_maximum = config->hits > config->hits_maximum ? config->hits : config->hits_maximum;
    }
    return CSA_OK;
}

/* A site opens without its index and says so page by page; here it is better said now. */
static enum csa_status look_at_index(const char *index, struct csa_error *error)
{
    struct csa_engine *engine;
    enum csa_status status = csa_engine_native_open(index, &engine, error);
    if (status == CSA_OK) {
        engine->operations->close(engine);
    }
    return status;
}

enum csa_status csa_site_preview(const struct csa_search_options *options, struct csa_error *error)
{
    struct csa_arena arena;
    struct csa_site_config config;
    struct csa_site *site = NULL;
    csa_arena_init(&arena, 0);
    enum csa_status status = configure(options, &arena, &config, error);
    if (status == CSA_OK) {
        status = look_at_index(config.index, error);
    }
    if (status == CSA_OK) {
        status = csa_site_open(&config, &site, error);
    }
    if (status == CSA_OK) {
        status = csa_site_serve(&site, &config, options->port, error);
        if (site != NULL) {
            csa_site_close(site);
        }
    }
    csa_arena_release(&arena);
    return status;
}
