/* The query parser: every form of the grammar, what only looks like syntax, limits, and bytes of every kind.
 * What is printed is parsed again and must give the same tree. */
#include "common/base/buffer.h"
#include "searcher/query/parse.h"
#include "searcher/query/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct example {
    const char *query;
    const char *parsed;
};

struct parsed {
    struct csa_arena arena;
    struct csa_query query;
    struct csa_buffer text; /* printed, with a null byte behind it that its size leaves out */
};

static void parse(struct parsed *parsed, struct csa_view text)
{
    struct csa_error error = {0};
    csa_arena_init(&parsed->arena, 0);
    csa_buffer_init(&parsed->text, 1 << 24);
    assert_int_equal(csa_query_parse(text, &parsed->arena, &parsed->query, &error), CSA_OK);
    csa_query_print(&parsed->query, &parsed->text);
    csa_buffer_append_byte(&parsed->text, 0);
    assert_false(parsed->text.failed);
    parsed->text.size--;
}

static void release(struct parsed *parsed)
{
    csa_buffer_release(&parsed->text);
    csa_arena_release(&parsed->arena);
}

static bool has_note(const struct csa_query *query, const char *part)
{
    for (size_t i = 0; i < query->note_count; i++) {
        if (strstr(query->notes[i].message.data, part) != NULL) {
            return true;
        }
    }
    return false;
}

/* What was printed gives the same tree again. */
static void check_round_trip(const struct parsed *first)
{
    struct parsed second;
    parse(&second, csa_buffer_view(&first->text));
    const struct csa_node *a = first->query.root;
    const struct csa_node *b = second.query.root;
    if (!csa_node_equal(a, b) || a->boost != b->boost) {
        fail_msg("%.*s\n  gave        %s\n  which gave  %s", (int)first->query.text.size,
                 first->query.text.data, first->text.data, second.text.data);
    }
    release(&second);
}

static void check(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct parsed parsed;
        parse(&parsed, csa_view_of(examples[i].query));
        if (strcmp(parsed.text.data, examples[i].parsed) != 0) {
            fail_msg("%s\n  gave     %s\n  expected %s", examples[i].query, parsed.text.data,
                     examples[i].parsed);
        }
        check_round_trip(&parsed);
        release(&parsed);
    }
}
#define CHECK(examples) check(examples, sizeof(examples) / sizeof *(examples))

static void test_words_and_phrases(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"", ""},
        {"   ", ""},
        {"siberia", "siberia"},
        {"Siberia  PIPELINE", "siberia pipeline"},
        {"TALKS BETWEEN IRAN AND IRAQ OR SYRIA.", "talks between iran and iraq or syria"},
        {"TALKS, NOT WAR, NEAR THE BORDER - OIL", "talks not war near the border oil"},
        {"IRAN AND IRAQ OR SYRIA", "(+iran +iraq) syria"},
        {"TALKS BETWEEN IRAN AND IRAQ OR Syria", "talks between (+iran +iraq) syria"},
        {"TALKS BETWEEN IRAN AND (IRAQ OR SYRIA)", "talks between (+iran +(iraq syria))"},
        {"\"TALKS BETWEEN\" IRAN AND IRAQ OR SYRIA", "\"talks between\" (+iran +iraq) syria"},
        {"\"Power of Siberia\"", "\"power of siberia\""},
        {"\"siberia\"", "=siberia"},
        {"\"\"", ""},
        {"\xE2\x80\x9CPower of Siberia\xE2\x80\x9D", "\"power of siberia\""},
        {"\xC2\xABСила Сибири\xC2\xBB", "\"сила сибири\""},
        {"\"power siberia\"~3", "\"power siberia\"~3"},
        {"\"power siberia\"~0", "\"power siberia\""},
        {"\"power siberia\"~3^2", "\"power siberia\"~3^2"},
        {"\"power siberia\"^2~3", "\"power siberia\"~3^2"},
        {"\"power siberia\"~", "\"power siberia\""},
        {"gas^2 pipeline", "gas^2 pipeline"},
        {"\"big bank\"^2.5 gun", "\"big bank\"^2.5 gun"},
        {"(gas +oil)^0.12345", "(gas +oil)^0.1235"},
        {"gas^0.00001", "gas^0"},
        {"gas gas pipeline", "gas^2 pipeline"},
        {"state-owned", "state owned"},
        {"l'eau", "l eau"},
    };
    CHECK(examples);
}

static void test_operators(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"+gas -oil", "+gas -oil"},
        {"gas AND oil", "+gas +oil"},
        {"gas AND oil AND coal", "+gas +oil +coal"},
        {"gas OR oil", "gas oil"},
        {"gas AND NOT oil", "+gas -oil"},
        {"gas AND (NOT oil)", "+gas -oil"},
        {"gas NOT oil", "gas -oil"},
        {"gas AND (oil OR coal)", "+gas +(oil coal)"},
        {"gas oil AND coal", "gas (+oil +coal)"},
        {"gas AND oil OR coal AND tin", "(+gas +oil) (+coal +tin)"},
        {"+(gas oil) -\"power of siberia\"", "+(gas oil) -\"power of siberia\""},
        {"(gas oil)^3 tin", "gas^3 oil^3 tin"},
        {"((gas))", "gas"},
        {"(gas +oil)^2 (+tin)", "(gas +oil)^2 tin"},
        {"tin (gas AND oil AND gas)", "tin (+gas^2 +oil)"},
        {"tin (gas AND gas)", "tin gas^2"},
        {"+gas +(oil AND coal)", "+gas +oil +coal"},
        {"-(gas oil)", "-(gas oil)"},
        {"-gas", "-gas"},
        {"+state-owned", "+\"state owned\""},
        {"-state-owned gas", "-\"state owned\" gas"},
        {"state-owned AND gas", "+\"state owned\" +gas"},
    };
    CHECK(examples);
}

static void test_exact(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"=pipelines", "=pipelines"},
        {"+=pipelines -=gas", "+=pipelines -=gas"},
        {"title:=pipelines", "title:=pipelines"},
        {"+title:=pipelines^2", "+title:=pipelines^2"},
        {"=\"power of siberia\"", "\"power of siberia\""},
        {"=state-owned", "\"state owned\""},
        {"=(gas oil)", "=gas =oil"},
        {"=pipe*", "pipe*"},
        {"=C++", "=c++"},
        {"= gas", "gas"},
        {"==gas", "gas"},
    };
    CHECK(examples);
}

static void test_near(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"a NEAR/5 b", "(a NEAR/5 b)"},
        {"a NEAR b", "(a NEAR/10 b)"},
        {"a NEAR/0 b", "(a NEAR/0 b)"},
        {"a NEAR/5 b NEAR/5 c", "(a NEAR/5 b NEAR/5 c)"},
        {"a NEAR/5 b NEAR/9 c", "(a NEAR/9 b NEAR/9 c)"},
        {"a NEAR/9 b NEAR/5 c d", "(a NEAR/9 b NEAR/9 c) d"},
        {"a NEAR/5000 b", "(a NEAR/1000 b)"},
        {"+a NEAR/5 \"x y\" gas", "+(a NEAR/5 \"x y\") gas"},
        {"-a NEAR/5 b gas", "-(a NEAR/5 b) gas"},
        {"NOT a NEAR/5 b gas", "-(a NEAR/5 b) gas"},
        {"a^2 NEAR/5 b^3", "(a NEAR/5 b)^6"},
        {"(a NEAR/5 b)^2", "(a NEAR/5 b)^2"},
        {"pip*line NEAR/5 sibera~", "(pip*line NEAR/5 sibera~2)"},
        {"state-owned NEAR/5 pipe*", "(\"state owned\" NEAR/5 pipe*)"},
        {"\"x y\"~2 NEAR/5 =z", "(\"x y\"~2 NEAR/5 z)"},
        {"a NEAR/5 b AND c", "+(a NEAR/5 b) +c"},
        {"c AND a NEAR/5 b OR d", "(+c +(a NEAR/5 b)) d"},
        {"title:a NEAR/3 title:b", "title:(a NEAR/3 b)"},
        {"title:(a NEAR/3 b)", "title:(a NEAR/3 b)"},
        /* what NEAR cannot have */
        {"a NEAR/5 (b c) d", "(+a +(b c)) d"},
        {"a NEAR/5 (b)", "(a NEAR/5 b)"},
        {"a NEAR/5 -b", "+a -b"},
        {"a NEAR NOT b", "+a -b"},
        {"a NEAR lang:en", "+a +lang:en"},
        {"title:a NEAR b", "+title:a +b"},
        {"a NEAR ?", "a"},
        {"NEAR", "near"},
        {"NEAR/5 b", "near 5 b"},
        {"a NEAR", "a near"},
        {"a NEAR/x b", "a near x b"},
        {"a NEARBY b", "a nearby b"},
        {"a near b", "a near b"},
    };
    CHECK(examples);
}

static void test_patterns(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"pipe*", "pipe*"},
        {"Pipé*", "pipe*"},
        {"p?pe", "p?pe"},
        {"P?Pé", "p?pe"},
        {"*stan", "*stan"},
        {"pip*line", "pip*line"},
        {"*pipe*", "*pipe*"},
        {"pipe**", "pipe*"},
        {"p**e", "p*e"},
        {"?anton", "?anton"},
        {"pip?*", "pip?*"},
        {"a*b?c*d", "a*b?c*d"},
        {"F*ck", "f*ck"},
        {"+p?pe -*stan", "+p?pe -*stan"},
        {"title:pip*line", "title:pip*line"},
        {"state-own*", "state own*"},
        {"+state-own*", "+\"state own*\""},
        {"(pip*line),", "pip*line"},
        {"\"central asia*\"", "\"central asia*\""},
        {"\"c*l asia p?pe\"", "\"c*l asia p?pe\""},
        {"94.8*", "94.8*"},
        {"p?pe^2", "p?pe^2"},
        /* a question mark with nothing behind it */
        {"what?", "what"},
        {"what? really?", "what really"},
        {"what?!", "what"},
        {"\"what is it?\"", "\"what is it\""},
        {"?", ""},
        /* no letter or digit */
        {"*", ""},
        {"**", ""},
        {"?*", ""},
        {"gas * oil", "gas oil"},
        {"\"gas * oil\"", "\"gas oil\""},
        {"全*治", "全* 治*"},
    };
    CHECK(examples);
}

static void test_edit_distance(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"sibera~", "sibera~2"},
        {"siber~", "siber~1"},
        {"сибир~", "сибир~1"},
        {"sibera~1", "sibera~1"},
        {"sibera~2", "sibera~2"},
        {"sibera~3", "sibera~2"},
        {"sibera~99", "sibera~2"},
        {"sibera~0", "=sibera"},
        {"sibera~0.8", "sibera~2"},
        {"sibera~1^2", "sibera~1^2"},
        {"+sibera~ -gasp~", "+sibera~2 -gasp~1"},
        {"title:sibera~", "title:sibera~2"},
        {"gas~", "gas~1"},
        {"ga~", "=ga"},
        {"g~2", "=g"},
        {"\"power of sibera~\"", "\"power of sibera~2\""},
        {"\"sibera~1 power\"~3", "\"sibera~1 power\"~3"},
        {"\"sibera~1\"", "sibera~1"},
        {"state-ownd~", "state ownd~1"},
        {"全球~", "全球"},
        {"5~", "5"},
        {"10~20", "10 20"},
        {"a-10~20", "a 10 20"},
        {"~", ""},
        {"~5", "5"},
        {"a ~ b", "a b"},
        {"https://x.org/~name", "\"x org name\""},
    };
    CHECK(examples);
}

static void test_fields(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"Title:gas", "title:gas"},
        {"TITLE:gas -Lang:EN", "title:gas -lang:en"},
        {"Date:2023 gas", "gas +date:2023"},
        {"author:Mart*", "+author:mart"},
        {"title:summit", "title:summit"},
        {"title:\"xi'an summit\" gas", "title:\"xi'an summit\" gas"},
        {"title:(gas oil^2 \"a b\")", "title:gas title:oil^2 title:\"a b\""},
        {"+title:(gas oil)", "title:gas title:oil"},
        {"title:(gas AND author:li)", "+title:gas +author:li"},
        {"author:wei", "+author:wei"},
        {"author:\"Li Wei\"", "+author:\"li wei\""},
        {"-author:\"Li Wei\" gas", "-author:\"li wei\" gas"},
        {"gas NOT author:\"Li Wei\"", "gas -author:\"li wei\""},
        {"author:(li \"wang wei\") gas", "gas +(author:li OR author:\"wang wei\")"},
        {"author:(+li -wei)", "+author:li -author:wei"},
        {"author:习近平", "+author:\"习近平\""},
        {"author:O'Brien, gas", "gas +author:\"o'brien\""},
        {"source:Reuters", "+source:reuters"},
        {"source:\"The  Times.\"", "+source:\"the times\""},
        {"source:=Reuters", "+source:=Reuters"},
        {"-source:=Reuters gas", "-source:=Reuters gas"},
        {"Author:=\"Li  Wei\"", "+author:=\"Li  Wei\""},
        {"author:=\"the \"\"x\"\"\"^2 gas", "gas +author:=\"the \"\"x\"\"\""},
        {"author:=\"צה\"\"ל\"", "+author:=\"צה\"\"ל\""},
        {"source:=(Reuters \"a b\") gas", "gas +(source:=Reuters OR source:=\"a b\")"},
        {"=(gas source:Reuters)", "=gas +source:=Reuters"},
        {"source:=Reuters source:reuters", "source:=Reuters OR source:reuters"},
        {"source:=!!!", "+source:=\"!!!\""},
        {"source:=\"\"", "=source"},
        {"source:= gas", "source gas"},
        {"lang:=en site:=a.org id:=a date:=2023", "+lang:en +site:a.org +id:a +date:2023"},
        {"id:=a*", "+id:=a*"},
        {"lang:en gas", "gas +lang:en"},
        {"+lang:en gas", "gas +lang:en"},
        {"gas lang:en oil -tin author:li", "gas oil +lang:en -tin +author:li"},
        {"+gas lang:en oil", "+gas +lang:en oil"},
        {"tin AND (gas lang:en)", "+tin +(gas +lang:en)"},
        {"+lang:en OR lang:de OR gas", "lang:de OR gas +lang:en"},
        {"+lang:en OR lang:de", "+lang:de +lang:en"},
        {"(+gas oil) lang:en", "(+gas oil) +lang:en"},
        {"(gas OR lang:de)^2 lang:en", "(gas OR lang:de)^2 +lang:en"},
        {"lang:English", "+lang:en"},
        {"lang:zh_CN", "+lang:zh"},
        {"lang:none", "+lang:none"},
        {"lang:(en de) gas", "gas +(lang:en OR lang:de)"},
        {"lang:en OR lang:de gas", "gas +(lang:en OR lang:de)"},
        {"lang:en OR gas", "lang:en OR gas"},
        {"lang:en OR gas lang:de", "lang:en OR gas +lang:de"},
        {"gas (-lang:en)", "gas -lang:en"},
        {"gas OR (lang:en AND author:li)", "gas OR (+lang:en +author:li)"},
        {"tin (gas OR lang:en)^2", "tin (gas OR lang:en)^2"},
        {"site:Example.org", "+site:example.org"},
        {"site:https://www.example.org/a?b=c", "+site:www.example.org"},
        {"site:*.gov.cn", "+site:gov.cn"},
        {"site:.ru", "+site:ru"},
        {"id:2023/a.html", "+id:2023/a.html"},
        {"id:2023/*", "+id:2023/*"},
        {"id:AbC^2", "+id:\"AbC^2\""},
        {"id:\"a b (c)\"", "+id:\"a b (c)\""},
        {"id:\"a \"\"b\"\" c\"", "+id:\"a \"\"b\"\" c\""},
        {"id:\"\xE2\x80\x9Cx\xE2\x80\x9D\"", "+id:\"\xE2\x80\x9Cx\xE2\x80\x9D\""},
        {"id:a\"b", "+id:\"a\"\"b\""},
        {"lang:en^2", "+lang:en"},
        /* values that make no sense */
        {"author:???", "author"},
        {"lang:klingon", "lang klingon"},
        {"site:a_b!c", "site a b c"},
        {"id:\"\"", "id"},
    };
    CHECK(examples);
}

static void test_dates(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"date:2023", "+date:2023"},
        {"date:2023-03", "+date:2023-03"},
        {"date:2023-03-11", "+date:2023-03-11"},
        {"date:\"2023-03\"", "+date:2023-03"},
        {"date:2023-03..2024", "+date:2023-03..2024"},
        {"date:..2020", "+date:..2020"},
        {"date:2021-05-01..", "+date:2021-05-01.."},
        {"date:2023..2023", "+date:2023"},
        {"date:2023-01..2023", "+date:2023-01..2023"},
        {"date:2023-05-31", "+date:2023-05-31"},
        {"date:2023-12-31", "+date:2023-12-31"},
        {"date:2023-05-01..2023-05", "+date:2023-05-01..2023-05"},
        {"date:2024..2020-02", "+date:2020-02..2024"},
        {"date:(2020 2022) gas", "gas +(date:2020 OR date:2022)"},
        {"-date:2020 gas", "-date:2020 gas"},
        {"date:2024-02-29", "+date:2024-02-29"},
        {"date:9999", "+date:9999"},
        /* no dates */
        {"date:..", "date"},
        {"date:2023-13 gas", "date 2023 13 gas"},
        {"date:2023-02-30", "date 2023 02 30"},
        {"date:2023-00", "date 2023 00"},
        {"date:0000", "date 0000"},
        {"date:23", "date 23"},
        {"date:20230311", "date 20230311"},
        {"date:2023-3", "date 2023 3"},
        {"date:soon", "date soon"},
        {"date:2023...2024", "date 2023 2024"},
        {"date: 2023", "date 2023"},
    };
    CHECK(examples);
}

/* The encoding that engines compare with an article's date. */
static void test_date_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        uint32_t first, last;
    } examples[] = {
        {"date:2023", 20230000, 20231231},           {"date:2023-05", 20230500, 20230531},
        {"date:2023-02", 20230200, 20230231},        {"date:2023-05-07", 20230507, 20230507},
        {"date:2023-03..2024", 20230300, 20241231},  {"date:..2020-06", 0, 20200631},
        {"date:2021-05-01..", 20210501, UINT32_MAX},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct parsed parsed;
        parse(&parsed, csa_view_of(examples[i].query));
        const struct csa_node *node = parsed.query.root->children[0];
        assert_int_equal(node->kind, CSA_NODE_FILTER);
        assert_int_equal(node->field, CSA_FIELD_DATE);
        assert_int_equal(node->first_date, examples[i].first);
        assert_int_equal(node->last_date, examples[i].last);
        release(&parsed);
    }
}

static void test_what_only_looks_like_syntax(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"gas^.5", "gas^0.5"},
        {"(gas oil)^.25", "gas^0.25 oil^0.25"},
        {"gas^-1", "gas"},
        {"gas^-.5 -1", "gas -1"},
        {"AND", "and"},
        {"gas AND", "gas and"},
        {"OR gas", "or gas"},
        {"NOT", "not"},
        {"gas and oil", "gas and oil"},
        {"gas - oil", "gas oil"},
        {"gas -- oil", "gas oil"},
        {"--json", "json"},
        {"-", ""},
        {"(gas", "gas"},
        {"gas)", "gas"},
        {"(", ""},
        {")", ""},
        {"SCO(2023)x", "sco 2023 x"},
        {"\"gas oil", "gas oil"},
        {"+\"gas oil", "+gas oil"},
        {"title:\"gas oil", "title:gas oil"},
        {"gas \" oil", "gas oil"},
        {"12\" and 24\" pipe", "12 and 24 pipe"},
        {"צה\"ל \"צה\"ל כלל\"", "צה\"ל \"צה\"ל כלל\""},
        {"()", ""},
        {"+", ""},
        {"don't", "don't"},
        {"don\xE2\x80\x99t", "don't"},
        {"china's", "china"},
        {"e-mail", "e mail"},
        {"94.8", "94.8"},
        {"C++", "=c++"},
        {"\"C++\"", "=c++"},
        {"c#", "=c#"},
        {"AT&T", "=at&t"},
        {"+AT&T", "+=at&t"},
        {"\"AT&T\"", "\"at t\""},
        {"9/11", "\"9 11\""},
        {"10:30", "\"10 30\""},
        {"9/", "9"},
        {"km/h", "km h"},
        {"U.S.", "u.s"},
        {"https://www.example.org/a?b=c", "\"www example org a b c\""},
        {"see https://example.org/*.html now", "see \"example org html\" now"},
        {"li.wei@example.org", "\"li wei example org\""},
        {"@example", "example"},
        {"note: this", "note this"},
        {"nothing:here", "nothing here"},
        {"title:", "title"},
        {"title: gas", "title gas"},
        {"(title:)", "title"},
        {"title : gas", "title gas"},
        {"gas^", "gas"},
        {"^", ""},
        {"^2", "2"},
        {"a^b", "a b"},
        {"a = b => c", "a b c"},
        {"\xF0\x9F\x98\x80", ""},
        {"gas \xF0\x9F\x98\x80", "gas"},
        {"\xEA\x93\x90* gas", "\xEA\x93\x90 gas"}, /* the letter that stands for a star inside */
    };
    CHECK(examples);
}

static void test_chinese(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"全球治理", "全球 球治 治理"},
        {"\"全球治理\"", "\"全球治理\""},
        {"\"全球 治理\"", "\"全球 治理\""},
        {"\"A全球B\"", "\"a 全球 b\""},
        {"+全球治理", "+\"全球治理\""},
        {"球", "球*"},
        {"\"球\"", "球*"},
        {"全球", "全球"},
        {"\"全球\"", "=全球"},
        {"全球*", "全球*"},
    };
    CHECK(examples);
}

static void test_notes(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"AND", "AND was searched as a word"},
        {"(gas", "not closed"},
        {"gas)", "not opened"},
        {"\"gas", "quotation mark was not closed"},
        {"*", "without a letter or digit"},
        {"* * *", "there is no word"},
        {"sibera~3", "read as 2"},
        {"sibera~0.5", "number behind ~"},
        {"ga~", "one or two characters"},
        {"全球~", "no edit distance in Chinese"},
        {"lang:klingon", "lang:klingon was not understood"},
        {"date:2023-13", "date:2023-13 was not understood"},
        {"date:2024..2020", "ends of 2024..2020 were swapped"},
        {"a NEAR (b c)", "read as AND"},
        {"a NEAR/1001 b", "up to 1000"},
        {"\"a b\"~1001", "up to 1000"},
        {"gas^1001", "up to 1000"},
        {"(a b)^1001", "up to 1000"},
        {"title: gas", "title: was searched as a word"},
        {"gas Lang: en", "Lang: was searched as a word"},
        {"gas^-1", "below 0 was left out"},
        {"(gas oil)^-1.5", "below 0 was left out"},
        {"gas^x", "gas^x was searched as words"},
        {"gas~x", "gas~x was searched as words"},
        {"gas NEAR/-1 oil", "NEAR/-1 was searched as words"},
        {"author:Mart*", "the * of Mart* was left out"},
        {"-gas", "only excludes"},
        {"\xF0\x9F\x98\x80", "no word"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct parsed parsed;
        parse(&parsed, csa_view_of(examples[i].query));
        if (!has_note(&parsed.query, examples[i].parsed)) {
            fail_msg("%s: no note with: %s", examples[i].query, examples[i].parsed);
        }
        release(&parsed);
    }
    struct parsed parsed;
    parse(&parsed, csa_view_of("what? is +C++ -oil \"a b\"~3 =gas lang:en date:2020.. a* sibera~ gas^2 oil~1 "
                               "tin^.5 id:a* www.example.org/~li"));
    assert_int_equal(parsed.query.note_count, 0);
    release(&parsed);
}

/* Takes a bare word out of all groups. */
static void leave_out(struct csa_node *group, struct csa_view word)
{
    size_t kept = 0;
    for (size_t i = 0; i < group->child_count; i++) {
        struct csa_node *child = group->children[i];
        if (child->kind == CSA_NODE_GROUP) {
            leave_out(child, word);
        }
        if (child->kind != CSA_NODE_WORD || !csa_view_equal(child->text, word)) {
            group->children[kept++] = child;
        }
    }
    group->child_count = kept;
}

/* A tree that lost clauses is what the parser makes of the others. */
static void test_tidy(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"(+=price the) kazakhstan", "=price kazakhstan"},
        {"(+price the) price", "price^2"},
        {"+(+a the +b) c", "+a +b c"},
        {"(+a the)^2 b", "a^2 b"},
        {"the (+a b)", "+a b"},
        {"-(+a the) b", "-a b"},
        {"(-a the) b", "(-a) b"},
        {"(+a the) lang:en", "a +lang:en"},
        {"a the lang:en", "a +lang:en"},
        {"((a OR lang:de) the) lang:en", "a OR lang:de +lang:en"},
        {"((lang:en OR a) the b) c", "(lang:en OR a) b c"},
        {"\"the a\" (b NEAR/2 c)", "\"the a\" (b NEAR/2 c)"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct parsed parsed;
        struct csa_error error = {0};
        parse(&parsed, csa_view_of(examples[i].query));
        leave_out(parsed.query.root, csa_view_of("the"));
        assert_int_equal(csa_query_tidy(&parsed.query, &parsed.arena, &error), CSA_OK);
        csa_buffer_clear(&parsed.text);
        csa_query_print(&parsed.query, &parsed.text);
        csa_buffer_append_byte(&parsed.text, 0);
        assert_false(parsed.text.failed);
        parsed.text.size--;
        if (strcmp(parsed.text.data, examples[i].parsed) != 0) {
            fail_msg("%s\n  gave     %s\n  expected %s", examples[i].query, parsed.text.data,
                     examples[i].parsed);
        }
        check_round_trip(&parsed);
        release(&parsed);
    }
}

/* Filters of one field side by side, without a sign: any of them, where an article has only one. */
static void test_choices(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"gas lang:en lang:de", "gas +(lang:en OR lang:de)"},
        {"lang:en lang:de", "lang:en OR lang:de"},
        {"lang:en gas site:a.org lang:de oil site:b.org lang:fr",
         "gas oil +(lang:en OR lang:de OR lang:fr) +(site:a.org OR site:b.org)"},
        {"gas source:reuters source:\"the times\"", "gas +(source:reuters OR source:\"the times\")"},
        {"id:a id:b*", "id:a OR id:b*"},
        {"gas lang:en lang:english", "gas +lang:en"},
        {"gas lang:(en de)^2 lang:fr", "gas +(lang:en OR lang:de OR lang:fr)"},
        {"gas lang:fr lang:(en de)", "gas +(lang:fr OR lang:en OR lang:de)"},
        {"gas lang:en OR lang:de lang:fr", "gas +(lang:en OR lang:de OR lang:fr)"},
        {"(gas lang:en lang:de) tin", "(gas +(lang:en OR lang:de)) tin"},
        {"tin OR (lang:en lang:de)", "tin OR lang:en OR lang:de"},
        {"tin AND (lang:en lang:de)", "+tin +(lang:en OR lang:de)"},
        {"gas -(lang:en lang:de)", "gas -(lang:en OR lang:de)"},
        {"(lang:en) (lang:de) gas", "gas +(lang:en OR lang:de)"},
        /* a sign and an operator mean what they say */
        {"gas +lang:en lang:de", "gas +lang:en +lang:de"},
        {"gas lang:en +lang:de", "gas +lang:en +lang:de"},
        {"gas lang:en +lang:de lang:fr", "gas +(lang:en OR lang:fr) +lang:de"},
        {"gas lang:en -lang:de", "gas +lang:en -lang:de"},
        {"gas lang:en AND lang:de", "gas +lang:en +lang:de"},
        {"lang:fr lang:en AND lang:de", "+lang:fr +lang:en +lang:de"},
        {"gas (+lang:en) lang:de", "gas +(lang:en OR lang:de)"},
        {"gas +(lang:en) lang:de", "gas +lang:en +lang:de"},
        {"gas lang:fr (+lang:en +site:a.org)", "gas +lang:fr +lang:en +site:a.org"},
        {"gas lang:fr (lang:en site:a.org)", "gas +lang:fr +lang:en +site:a.org"},
        {"gas (lang:en OR site:a.org) lang:fr", "gas +(lang:en OR site:a.org) +lang:fr"},
        /* of authors an article has several, and of dates an open one is a bound */
        {"gas author:li author:wei", "gas +author:li +author:wei"},
        {"title:gas title:oil", "title:gas title:oil"},
        {"gas date:2022 date:2024-03", "gas +(date:2022 OR date:2024-03)"},
        {"gas date:2022.. date:..2024", "gas +date:2022.. +date:..2024"},
        {"gas date:2020 date:2022 date:..2024", "gas +(date:2020 OR date:2022) +date:..2024"},
        {"gas date:(2020 2022..) date:2021", "gas +(date:2020 OR date:2022..) +date:2021"},
    };
    CHECK(examples);
    struct parsed parsed;
    parse(&parsed, csa_view_of("lang:en gas lang:de oil"));
    struct csa_view source = parsed.query.root->children[1]->source;
    assert_true(csa_view_equal(source, csa_view_of("lang:en gas lang:de")));
    release(&parsed);
}

static void test_phrase_offsets(void **state)
{
    (void)state;
    struct parsed parsed;
    parse(&parsed, csa_view_of("\"a b* ? c~ d\""));
    const struct csa_node *phrase = parsed.query.root->children[0];
    assert_int_equal(phrase->kind, CSA_NODE_PHRASE);
    assert_int_equal(phrase->child_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(phrase->children[i]->offset, i);
    }
    release(&parsed);
}

/* The source of a clause is what was typed for it. */
static void test_sources(void **state)
{
    (void)state;
    static const struct {
        const char *query, *source;
    } examples[] = {
        {" +title:gas^2 oil", "+title:gas^2"},
        {"(a AND b)^2 oil", "(a AND b)^2"},
        {"a NEAR/5 \"b c\"~2 oil", "a NEAR/5 \"b c\"~2"},
        {"a AND b oil", "a AND b"},
        {"lang:en gas tin", "gas tin"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct parsed parsed;
        parse(&parsed, csa_view_of(examples[i].query));
        struct csa_view source = parsed.query.root->children[0]->source;
        assert_int_equal(source.size, strlen(examples[i].source));
        assert_memory_equal(source.data, examples[i].source, source.size);
        release(&parsed);
    }
}

static unsigned depth_of(const struct csa_node *node)
{
    unsigned deepest = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        unsigned depth = depth_of(node->children[i]);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

static void test_limits(void **state)
{
    (void)state;
    static char text[1 << 20];
    struct parsed parsed;
    memset(text, '(', sizeof text);
    parse(&parsed, csa_view_make(text, sizeof text));
    assert_true(has_note(&parsed.query, "first 4096 bytes"));
    assert_true(has_note(&parsed.query, "deeper than 16"));
    release(&parsed);

    size_t size = 0;
    for (int i = 0; i < 400; i++) {
        size += (size_t)snprintf(text + size, 32, "(a b%d OR +c AND ", i);
    }
    parse(&parsed, csa_view_make(text, size));
    assert_true(depth_of(parsed.query.root) <= 4 * CSA_QUERY_DEPTH + 4);
    release(&parsed);

    size = 0;
    for (int i = 0; i < 1100; i++) {
        size += (size_t)snprintf(text + size, 8, "%c%c ", 'a' + i / 26 % 26, 'a' + i % 26);
    }
    parse(&parsed, csa_view_make(text, size));
    assert_int_equal(parsed.query.leaf_count, CSA_QUERY_CLAUSES);
    assert_true(has_note(&parsed.query, "first 1024 words"));
    release(&parsed);

    memset(text, 'a', 4096);
    parse(&parsed, csa_view_make(text, 4096));
    assert_int_equal(parsed.query.leaf_count, 1);
    assert_int_equal(parsed.query.note_count, 0);
    release(&parsed);
}

/* Parentheses beyond the limit do not count, but what they exclude is not searched. */
static void test_depth(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"((((((((((((((((gas))))))))))))))))", "gas"},
        {"(((((((((((((((((gas oil) tin))))))))))))))))", "gas oil tin"},
        {"(((((((((((((((( +tin -(gas (oil)) zinc))))))))))))))))", "+tin zinc"},
        {"(((((((((((((((( +tin NOT (gas)))))))))))))))))", "tin"},
    };
    CHECK(examples);
}

static size_t append_part(char *text, size_t size, const char *part)
{
    size_t length = *part == '\0' ? 2 : strlen(part);
    memcpy(text + size, part, length);
    return size + length;
}

/* Parts of the grammar in any order: nothing fails, and what is printed gives the same tree. */
static void test_random_grammar(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "gas",       "oil",      "tin",     "\"",          "(",
        ")",         "+",        "-",       " AND ",       " OR ",
        " NOT ",     " NEAR/3 ", " NEAR ",  "title:",      "author:",
        "lang:",     "id:",      "date:",   "site:",       "source:",
        "en",        "2023",     "2023-05", "..",          "*",
        "?",         "~1",       "~",       "^2",          "^0.5",
        " ",         " ",        " ",       "全球治理",    "球",
        "'s",        "=",        "94.8",    "$25",         "\xC2\xAB",
        "x-y",       "\n",       "C++",     ":",           "\xE2\x80\x9D",
        "AT&T",      "/",        "צה\"ל",   "l'eau",       "\"a b\"",
        "(gas oil)", "U.S.",     "@",       "example.org", "Straße",
        "ё",
    };
    unsigned seed = 12345;
    for (int round = 0; round < 30000; round++) {
        char text[512];
        size_t size = 0;
        unsigned count = (unsigned)rand_r(&seed) % 16;
        for (unsigned i = 0; i < count; i++) {
            size = append_part(text, size, parts[(unsigned)rand_r(&seed) % (sizeof parts / sizeof *parts)]);
        }
        struct parsed parsed;
        parse(&parsed, csa_view_make(text, size));
        assert_true(parsed.query.leaf_count <= CSA_QUERY_CLAUSES);
        check_round_trip(&parsed);
        release(&parsed);
    }
}

/* Appends a random query made by the rules of the grammar. */
static size_t append_query(char *text, size_t size, unsigned depth, unsigned *seed)
{
    static const char *const operands[] = {
        "gas",
        "oil",
        "\"silk road\"",
        "\"silk road\"~3",
        "pip*line",
        "*stan",
        "pipe*",
        "sibera~",
        "gasp~1",
        "=pipelines",
        "title:summit",
        "title:\"a b\"",
        "author:li",
        "lang:en",
        "date:2023",
        "date:2020..2021-05",
        "id:\"a b\"",
        "state-owned",
        "全球治理",
        "\"全球治理\"",
        "9/11",
        "C++",
        "\"pip* sibera~1\"",
        "site:example.org",
        "source:=\"a \"\"b\"",
    };
    static const char *const joints[] = {" ", " ", " AND ", " OR ", " NEAR/4 ", " NOT "};
    unsigned count = 1 + (unsigned)rand_r(seed) % 4;
    for (unsigned i = 0; i < count && size < 1500; i++) {
        if (i != 0) {
            size = append_part(text, size, joints[(unsigned)rand_r(seed) % 6]);
        }
        static const char *const signs[] = {"+", "-", " ", " ", " "};
        size = append_part(text, size, signs[(unsigned)rand_r(seed) % 5]);
        if (depth < 4 && rand_r(seed) % 3 == 0) {
            size = append_part(text, size, rand_r(seed) % 4 == 0 ? "title:(" : "(");
            size = append_query(text, size, depth + 1, seed);
            size = append_part(text, size, ")");
        } else {
            size = append_part(text, size,
                               operands[(unsigned)rand_r(seed) % (sizeof operands / sizeof *operands)]);
        }
        if (rand_r(seed) % 5 == 0) {
            size = append_part(text, size, "^1.5");
        }
    }
    return size;
}

static void test_random_queries(void **state)
{
    (void)state;
    unsigned seed = 777;
    for (int round = 0; round < 20000; round++) {
        char text[4096];
        struct parsed parsed;
        parse(&parsed, csa_view_make(text, append_query(text, 0, 0, &seed)));
        if (parsed.text.size <= CSA_QUERY_MAXIMUM && depth_of(parsed.query.root) <= CSA_QUERY_DEPTH) {
            check_round_trip(&parsed);
        }
        release(&parsed);
    }
}

static void test_any_bytes(void **state)
{
    (void)state;
    unsigned seed = 99;
    for (int round = 0; round < 20000; round++) {
        char text[64];
        size_t size = (size_t)rand_r(&seed) % sizeof text;
        for (size_t i = 0; i < size; i++) {
            text[i] =
                (char)(round % 2 == 0 ? rand_r(&seed) : " \"()+-*?~^:=./a1bZ,'@&\xE5"[rand_r(&seed) % 24]);
        }
        struct parsed parsed;
        parse(&parsed, csa_view_make(text, size));
        release(&parsed);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    struct csa_view text =
        csa_view_of("+gas \"a b*\"~2 a NEAR b lang:klingon date:2020 author:\"x y\" (c OR d)^2 9/11 AND -e");
    for (size_t maximum = 1; maximum < 20000; maximum += 97) {
        struct csa_arena arena;
        struct csa_query query;
        struct csa_error error = {0};
        csa_arena_init(&arena, maximum);
        enum csa_status status = csa_query_parse(text, &arena, &query, &error);
        assert_true(status == CSA_OK || (status == CSA_ERROR_MEMORY && error.status == status));
        csa_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_and_phrases),
        cmocka_unit_test(test_operators),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_edit_distance),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_date_numbers),
        cmocka_unit_test(test_what_only_looks_like_syntax),
        cmocka_unit_test(test_chinese),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_tidy),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_phrase_offsets),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_random_grammar),
        cmocka_unit_test(test_random_queries),
        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
