/* Suggestions and diagnoses: what may have been meant, by spelling, keyboard, parted and joined words and
 * phrases; whatever is suggested finds something; which clause emptied a result. */
#include "common/base/clock.h"
#include "search_fixture.h"
#include "searcher/output/diagnosis.h"
#include "searcher/query/prepare.h"
#include "searcher/results/diagnosis.h"
#include "searcher/results/spelling.h"

static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    fixture_init(&fixture);
    fixture_add(&fixture, 0, CSA_LANGUAGE_ENGLISH, "power of siberia",
                "the power of siberia pipeline in the river amur", "gas and oil and coal", NULL);
    fixture_add(&fixture, 0, CSA_LANGUAGE_ENGLISH, "silk road", "the silk road and the belt and road",
                "gas pipeline", NULL);
    fixture_add(&fixture, 1, CSA_LANGUAGE_ENGLISH, "treaty", "the treaty of the river",
                "gas trade in siberia", "gas pipeline in siberia", NULL);
    fixture_add(&fixture, 2, CSA_LANGUAGE_ENGLISH, "summit", "border treaty", "gas gas gas", "railing", NULL);
    static const struct {
        const char *source, *author, *url;
        uint8_t language;
    } facts[] = {
        {"Reuters", "Alexander Pushkin", "https://www.example.org/a", CSA_LANGUAGE_ENGLISH},
        {"Caspian Ledger", "Li Wei", "https://news.example.com/b", CSA_LANGUAGE_RUSSIAN},
        {"新华社", "Bob \"Rock\" O'Neil", "https://amur-times.ru/c", CSA_LANGUAGE_RUSSIAN},
        {"Routers", NULL, NULL, CSA_LANGUAGE_NONE},
    };
    for (uint32_t a = 0; a < sizeof facts / sizeof *facts; a++) {
        struct model_article *article = &fixture.model.articles[a];
        article->source = facts[a].source;
        article->author = facts[a].author;
        article->url = facts[a].url;
        article->language = facts[a].language;
    }
    fixture_open(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_release(&fixture);
    return 0;
}

static struct csa_diagnosis diagnose(const char *text, uint64_t deadline)
{
    struct csa_error error = {0};
    struct csa_diagnosis diagnosis;
    struct csa_search_request request = fixture_request(&fixture, text);
    struct csa_search_result result = fixture_search(&fixture, &request);
    request.deadline = deadline;
    if (csa_diagnosis_make(fixture.engine, &request, &result, NULL, &fixture.arena, &diagnosis, &error) !=
        CSA_OK) {
        fail_msg("%s", error.message);
    }
    return diagnosis;
}

static uint64_t count_passages(struct csa_view text)
{
    struct csa_error error = {0};
    struct csa_query query;
    assert_int_equal(csa_query_prepare(text, NULL, fixture.engine, CSA_STOP_WORDS_LEFT_OUT, &fixture.arena,
                                       &query, &error),
                     CSA_OK);
    struct csa_search_request request = fixture_request(&fixture, "");
    request.query = &query;
    return fixture_search(&fixture, &request).passages_matched;
}

static void expect(const char *query, const char *suggestion)
{
    struct csa_diagnosis diagnosis = diagnose(query, 0);
    struct csa_view given = diagnosis.suggestion.query;
    if (!csa_view_equal(given, csa_view_of(suggestion))) {
        fail_msg("%s: \"%.*s\", not \"%s\"", query, (int)given.size, given.data, suggestion);
    }
    if (given.size != 0) {
        assert_int_equal(diagnosis.suggestion.passages, count_passages(given));
        assert_true(diagnosis.suggestion.passages > 0);
    }
}

static void test_words(void **state)
{
    (void)state;
    expect("siberai", "siberia");
    expect("sibera", "siberia");
    expect("ssiberia", "siberia");
    expect("siveria", "siberia");
    expect("isberia", "siberia");
    expect("sbierai", "siberia");
    expect("pipelne siberai", "pipeline siberia");
    expect("+siberai -coal", "+siberia -coal");
    expect("title:traety", "title:treaty");
    expect("(siberai^2 OR xqxqxqxq)", "(siberia^2 OR xqxqxqxq)");
    expect("Siberai, gas!", "siberia, gas!");
    expect("siberai pipelne traety summti rivre", "siberia pipeline treaty summit river");
}

static void test_what_is_found_is_left_alone(void **state)
{
    (void)state;
    expect("siberia", "");
    expect("gas siberia", "");
    expect("railing", "");   /* one passage only, and rail is not so far from it */
    expect("pipelined", ""); /* by its stem */
    expect("", "");
    expect("2031", "");
    expect("-siberai", "");
    expect("全球治理", "");
    expect("xqxqxqxq", "");
}

static void test_parted_and_joined_words(void **state)
{
    (void)state;
    expect("powerof siberia", "power of siberia");
    expect("\"powerof siberia\"", "\"power of siberia\"");
    expect("pipe line", "pipeline");
    expect("gas pipe line", "gas pipeline");
    expect("silkroad", "silk road");
}

/* The words around it choose: road is as near to rode as to rods, but only one makes the phrase. */
static void test_phrases(void **state)
{
    (void)state;
    expect("\"power of sibera\"", "\"power of siberia\"");
    expect("\"silk rod\"", "\"silk road\"");
    expect("\"powr of siberai\"", "\"power of siberia\"");
    expect("\"siberia silk\"", "");               /* nowhere together */
    expect("\"siberia river\"", "siberia river"); /* together, but not as a phrase */
}

static void test_values_of_filters(void **state)
{
    (void)state;
    expect("lang:rusian", "lang:russian");
    expect("gas lang:rusian", "gas lang:russian"); /* it finds gas as it is */
    expect("+gas +lang:Englsh", "+gas +lang:english");
    expect("gas source:reutres", "gas source:Reuters");
    expect("coal source:reutres", "coal source:Reuters");
    expect("railing source:reutres", "railing source:Routers"); /* the one that it stands in */
    expect("gas source:\"caspain ledger\"", "gas source:\"Caspian Ledger\"");
    expect("gas source:caspianledger", "gas source:\"Caspian Ledger\"");
    expect("gas source:ledgre", "gas source:Ledger");
    expect("source:新华杜", "source:新华社");
    expect("author:pushkn gas", "author:Pushkin gas");
    expect("author:\"alexandr puskin\"", "author:\"Alexander Pushkin\"");
    expect("author:\"rokc oneil\"", "author:\"Rock O'Neil\"");
    expect("site:exmaple.org", "site:example.org");
    expect("site:https://exmaple.org/x?y=z gas", "site:example.org gas");
    expect("site:news.exampel.com", "site:news.example.com");
    expect("site:amurtimes.ru", "site:amur-times.ru");
    expect("site:amurtimes", "site:amur-times.ru");
    expect("siberai source:reutres", "siberia source:Reuters");
    expect("(gas OR coal) source:(reutres ledger)^2", ""); /* it finds something */
    expect("gas -lang:rusian", "");
    expect("gas -(source:reutres)", "");
    expect("gas lang:klingon", "");
    expect("gas lang:de", ""); /* a language that there is nothing in */
    expect("gas author:xu", "");
    expect("gas author:\"\"", "");
    expect("gas id:article-x source:zzzzzz", "");
}

static void test_near_values(void **state)
{
    (void)state;
    struct csa_diagnosis diagnosis = diagnose("gas source:reutres source:izvestia", 0);
    assert_int_equal(diagnosis.count, 4); /* the two together, and each */
    assert_true(diagnosis.clauses[1].emptied);
    assert_int_equal(diagnosis.clauses[2].near_count, 2);
    assert_true(csa_view_equal(diagnosis.clauses[2].near[0].text, csa_view_of("Reuters")));
    assert_int_equal(diagnosis.clauses[2].near[0].passages, count_passages(csa_view_of("source:reuters")));
    assert_int_equal(diagnosis.clauses[3].near_count, 0);

    diagnosis = diagnose("+gas +lang:rusian", 0);
    assert_int_equal(diagnosis.clauses[1].near_count, 1);
    assert_true(csa_view_equal(diagnosis.clauses[1].near[0].text, csa_view_of("russian")));
    diagnosis = diagnose("xqxqxqxq lang:rusian date:2031", 0);
    assert_true(csa_view_equal(diagnosis.clauses[3].near[0].text, csa_view_of("russian")));

    uint64_t random = 7;
    static const char *const fields[] = {"lang:", "source:", "author:", "site:", "-source:", "lang:("};
    static const char *const typed[] = {"rusian",  "\"li wie", "exmaple.org", "新华",
                                        "reutres", "o'neli",   "\xFF."};
    for (int i = 0; i < 300; i++) {
        char query[256] = "gas ";
        for (uint32_t n = 1 + model_below(&random, 12); n != 0; n--) {
            strcat(query, fields[model_below(&random, sizeof fields / sizeof *fields)]);
            strcat(query, typed[model_below(&random, sizeof typed / sizeof *typed)]);
            strcat(query, model_below(&random, 4) == 0 ? "" : " ");
        }
        diagnosis = diagnose(query, 0);
        if (diagnosis.suggestion.query.size != 0) {
            assert_int_equal(diagnosis.suggestion.passages, count_passages(diagnosis.suggestion.query));
            assert_true(diagnosis.suggestion.passages > 0);
        }
        csa_arena_clear(&fixture.arena);
    }
}

/* A suggestion is counted as it will be read: with the synonyms too. */
static void test_synonyms(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_synonyms *synonyms;
    assert_int_equal(csa_synonyms_read(csa_view_of("siberia, railing\n"), "names", &synonyms, &error),
                     CSA_OK);
    struct csa_query query;
    assert_int_equal(csa_query_prepare(csa_view_of("siberia"), synonyms, fixture.engine,
                                       CSA_STOP_WORDS_LEFT_OUT, &fixture.arena, &query, &error),
                     CSA_OK);
    struct csa_search_request request = fixture_request(&fixture, "");
    request.query = &query;
    uint64_t passages = fixture_search(&fixture, &request).passages_matched;
    assert_true(passages > count_passages(csa_view_of("siberia")));
    request = fixture_request(&fixture, "siberai");
    struct csa_search_result result = fixture_search(&fixture, &request);
    struct csa_diagnosis diagnosis;
    assert_int_equal(
        csa_diagnosis_make(fixture.engine, &request, &result, synonyms, &fixture.arena, &diagnosis, &error),
        CSA_OK);
    assert_true(csa_view_equal(diagnosis.suggestion.query, csa_view_of("siberia")));
    assert_int_equal(diagnosis.suggestion.passages, passages);
    csa_synonyms_close(synonyms);
}

static void test_reports(void **state)
{
    (void)state;
    struct csa_diagnosis diagnosis = diagnose("+treaty +coal +gas", 0);
    assert_true(diagnosis.nothing_found);
    assert_int_equal(diagnosis.count, 3);
    assert_false(diagnosis.clauses[0].emptied);
    assert_true(diagnosis.clauses[1].emptied);
    assert_false(diagnosis.clauses[2].emptied);
    assert_int_equal(diagnosis.clauses[0].passages, count_passages(csa_view_of("+treaty")));
    assert_int_equal(diagnosis.clauses[0].without, count_passages(csa_view_of("+coal +gas")));
    assert_int_equal(diagnosis.clauses[1].without, count_passages(csa_view_of("+treaty +gas")));
    assert_int_equal(diagnosis.clauses[2].without, 0);

    /* alone a clause counts as it does in the query: a title that holds it will do */
    diagnosis = diagnose("+treaty +date:2031", 0);
    assert_int_equal(diagnosis.clauses[0].passages, diagnosis.clauses[1].without);
    diagnosis = diagnose("+(treaty coal) +date:2031", 0);
    assert_int_equal(diagnosis.clauses[1].depth, 1);
    assert_int_equal(diagnosis.clauses[1].passages, count_passages(csa_view_of("+treaty")));

    diagnosis = diagnose("+date:2031 +treaty +date:2031 +date:2031", 0);
    assert_int_equal(diagnosis.count, 2); /* the same again says nothing new */

    diagnosis = diagnose("+gas -gas", 0);
    assert_true(diagnosis.clauses[1].emptied);

    diagnosis = diagnose("\"power of sibera\"", 0);
    assert_int_equal(diagnosis.count, 4); /* the phrase and its words */
    assert_int_equal(diagnosis.clauses[0].depth, 0);
    assert_int_equal(diagnosis.clauses[3].depth, 1);
    assert_int_equal(diagnosis.clauses[3].passages, 0);
    assert_true(diagnosis.clauses[3].near_count > 0);
    assert_true(csa_view_equal(diagnosis.clauses[3].near[0].text, csa_view_of("siberia")));

    diagnosis = diagnose("xqxqxqxq date:2031", 0); /* read as +(xqxqxqxq) +date:2031 */
    assert_int_equal(diagnosis.count, 2);
    assert_true(csa_view_equal(diagnosis.clauses[0].clause, csa_view_of("xqxqxqxq")));

    diagnosis = diagnose("siberia", 0);
    assert_false(diagnosis.nothing_found);
    assert_int_equal(diagnosis.count, 0);
}

static void test_output(void **state)
{
    (void)state;
    struct csa_buffer out;
    csa_buffer_init(&out, 1 << 16);
    struct csa_diagnosis diagnosis = diagnose("+gas +siberai", 0);
    csa_diagnosis_text(&out, &diagnosis);
    csa_buffer_append_byte(&out, 0);
    assert_non_null(strstr(out.data, "siberai: in 0 passages; leaves nothing over; without it "));
    assert_non_null(strstr(out.data, "    like it: siberia ("));
    assert_non_null(strstr(out.data, "Did you mean: +gas +siberia ("));
    csa_buffer_clear(&out);
    csa_diagnosis_json(&out, &diagnosis);
    csa_buffer_append_byte(&out, 0);
    assert_non_null(
        strstr(out.data, ", \"diagnosis\": {\"clauses\": [{\"clause\": \"+gas\", \"kind\": \"word\""));
    assert_non_null(strstr(out.data, "\"tried\": [{\"query\": \"+gas +siberia\", \"passages\": "));
    csa_buffer_clear(&out);
    diagnosis = diagnose("gas", 0);
    csa_diagnosis_text(&out, &diagnosis);
    csa_diagnosis_json(&out, &diagnosis);
    assert_int_equal(out.size, 0);
    csa_buffer_release(&out);
}

static void test_deadline(void **state)
{
    (void)state;
    struct csa_diagnosis diagnosis = diagnose("+siberai +gas", csa_clock_nanoseconds() - 1);
    assert_true(diagnosis.nothing_found);
    assert_int_equal(diagnosis.suggestion.query.size, 0);
    diagnosis = diagnose("siberai", csa_clock_nanoseconds() + UINT64_C(60000000000));
    assert_true(diagnosis.suggestion.query.size != 0);
}

static void test_random_queries(void **state)
{
    (void)state;
    static const char *const pieces[] = {"\"",   "+", "-",  "title:", "~2",       "^2",
                                         " OR ", "(", ")",  "*",      "全球",     "date:2031",
                                         "\xFF", "?", "'s", "&",      " NEAR/3 ", "="};
    uint64_t random = 5;
    for (int i = 0; i < 400; i++) {
        char query[256] = "";
        size_t size = 0;
        for (uint32_t words = 1 + model_below(&random, 6); words != 0; words--) {
            if (model_below(&random, 3) == 0) {
                size += (size_t)snprintf(query + size, sizeof query - size, "%s",
                                         pieces[model_below(&random, sizeof pieces / sizeof *pieces)]);
            }
            size_t begin = size;
            size += (size_t)snprintf(query + size, sizeof query - size, "%s ",
                                     model_words[model_below(&random, MODEL_WORDS)]);
            query[begin + model_below(&random, (uint32_t)(size - begin))] = "aes"[model_below(&random, 3)];
        }
        struct csa_diagnosis diagnosis = diagnose(query, 0);
        if (diagnosis.suggestion.query.size != 0) {
            assert_int_equal(diagnosis.suggestion.passages, count_passages(diagnosis.suggestion.query));
            assert_true(diagnosis.suggestion.passages > 0);
        }
        csa_arena_clear(&fixture.arena);
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    struct csa_error error = {0};
    struct csa_search_request request =
        fixture_request(&fixture, "\"power of sibera\" pipe line source:reutres lang:rusian");
    struct csa_search_result result = fixture_search(&fixture, &request);
    bool failed = true;
    for (size_t n = 1; failed; n++) {
        struct csa_arena arena;
        struct csa_diagnosis diagnosis;
        csa_arena_init(&arena, 0);
        csa_memory_fail_at(n, 1);
        enum csa_status status =
            csa_diagnosis_make(fixture.engine, &request, &result, NULL, &arena, &diagnosis, &error);
        csa_memory_fail_at(0, 0);
        failed = status != CSA_OK;
        assert_true(!failed || status == CSA_ERROR_MEMORY);
        csa_arena_release(&arena);
    }
}

/* ---- spelling.h ---- */

static double cost(const char *typed, const char *meant)
{
    return csa_spelling_cost(&csa_spelling_costs, csa_view_of(typed), csa_view_of(meant));
}

static void test_costs(void **state)
{
    (void)state;
    assert_true(cost("siberia", "siberia") == 0);
    assert_true(cost("siebria", "siberia") < cost("sixeria", "siberia"));  /* swapped */
    assert_true(cost("adress", "address") < cost("aderss", "address"));    /* a pair */
    assert_true(cost("siveria", "siberia") < cost("siqeria", "siberia"));  /* v lies beside b */
    assert_true(cost("seberia", "siberia") < cost("sqberia", "siberia"));  /* vowels */
    assert_true(cost("sibepia", "siberia") < cost("piberia", "siberia"));  /* the first letter */
    assert_true(cost("sibera", "siberia") < cost("sibeerias", "siberia")); /* one edit, two */
    assert_true(cost("привте", "привет") < cost("прифет", "привет"));
    assert_true(cost("", "a") > 0 && cost("a", "") > 0 && cost("", "") == 0);
    char text[4 * CSA_SPELLING_CHARACTERS];
    memset(text, 'a', sizeof text);
    assert_true(csa_spelling_cost(&csa_spelling_costs, (struct csa_view){text, CSA_SPELLING_CHARACTERS + 1},
                                  csa_view_of("a")) < 0);
    assert_true(csa_spelling_cost(&csa_spelling_costs, (struct csa_view){text, CSA_SPELLING_CHARACTERS},
                                  csa_view_of("a")) > 0);
}

static void test_keyboards(void **state)
{
    (void)state;
    assert_true(csa_spelling_keys_are_near('g', 'h'));
    assert_true(csa_spelling_keys_are_near('g', 't') && csa_spelling_keys_are_near('t', 'g'));
    assert_true(csa_spelling_keys_are_near('a', 'q'));
    assert_true(csa_spelling_keys_are_near('t', 'z')); /* QWERTZ */
    assert_true(csa_spelling_keys_are_near(0x432, 0x430));
    assert_false(csa_spelling_keys_are_near('g', 'p'));
    assert_false(csa_spelling_keys_are_near('a', 0x444));
    assert_false(csa_spelling_keys_are_near(0, 0));
    struct csa_buffer out;
    csa_buffer_init(&out, 256);
    assert_true(csa_spelling_other_keyboard(csa_view_of("Ghbdtn, vbh"), true, &out));
    assert_true(csa_view_equal(csa_buffer_view(&out), csa_view_of("приветб мир")));
    csa_buffer_clear(&out);
    assert_true(csa_spelling_other_keyboard(csa_view_of("руддщ"), false, &out));
    assert_true(csa_view_equal(csa_buffer_view(&out), csa_view_of("hello")));
    csa_buffer_clear(&out);
    assert_false(csa_spelling_other_keyboard(csa_view_of("2031"), true, &out));
    csa_buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_what_is_found_is_left_alone),
        cmocka_unit_test(test_parted_and_joined_words),
        cmocka_unit_test(test_phrases),
        cmocka_unit_test(test_values_of_filters),
        cmocka_unit_test(test_near_values),
        cmocka_unit_test(test_synonyms),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_random_queries),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_costs),
        cmocka_unit_test(test_keyboards),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
