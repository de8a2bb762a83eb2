/* date.h: every form of date it names, and what is no date. */
#include "indexer/intake/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

struct sample {
    const char *text;
    uint32_t date;
};

static void check_parse(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t date = csa_date_parse(csa_view_of(samples[i].text));
        if (date != samples[i].date) {
            fail_msg("parse \"%s\": %u, not %u", samples[i].text, date, samples[i].date);
        }
    }
}

static void check_find(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t date = csa_date_find(csa_view_of(samples[i].text), NULL, NULL);
        if (date != samples[i].date) {
            fail_msg("find \"%s\": %u, not %u", samples[i].text, date, samples[i].date);
        }
    }
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void test_machine_dates(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"2023-08-11", 20230811},
        {"2023-08-11T10:20:30Z", 20230811},
        {"2023-08-11T10:20:30.123+06:00", 20230811},
        {"2023-08-11 10:20", 20230811},
        {"20230811", 20230811},
        {"20230811T102030Z", 20230811},
        {"2023/08/11", 20230811},
        {"2023.08.11", 20230811},
        {"2023-8-1", 20230801},
        {" 2023-08 ", 20230800},
        {"2023", 20230000},
        {"202308", 20230800},
        {"Fri, 11 Aug 2023 10:20:30 +0600", 20230811},
        {"Fri Aug 11 2023", 20230811},
        {"1691740800", 20230811},
        {"1691740800000", 20230811},
        {"August 2023", 20230800},
        {"2023年8月", 20230800},
    };
    check_parse(samples, COUNT(samples));
}

static void test_no_dates(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"", 0},
        {"   ", 0},
        {"soon", 0},
        {"2023-13-01", 0},
        {"2023-02-30", 0},
        {"2023-00-10", 0},
        {"999", 0},
        {"2101-01-01", 0},
        {"0999-01-01", 0},
        {"20231345", 0},
        {"99999999999999999999999999", 0},
        {"12", 0},
        {"1900-02-29", 0},
        {"--", 0},
    };
    check_parse(samples, COUNT(samples));
    static const struct sample leap[] = {
        {"2000-02-29", 20000229}, {"2024-02-29", 20240229}, {"2100-02-28", 21000228}};
    check_parse(leap, COUNT(leap));
}

static void test_dates_in_words(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"11 August 2023", 20230811},         {"August 11, 2023", 20230811},
        {"August 11th, 2023", 20230811},      {"AUG. 11, 2023", 20230811},
        {"11th of August, 2023", 20230811},   {"11-Aug-2023", 20230811},
        {"January 16th, 2024", 20240116},     {"11. August 2023", 20230811},
        {"1. März 2023", 20230301},           {"11 августа 2023 года", 20230811},
        {"11 Августа 2023 г.", 20230811},     {"7 МАЯ 2021", 20210507},
        {"11 серпня 2023", 20230811},         {"11 août 2023", 20230811},
        {"1er janvier 2024", 20240101},       {"11 de agosto de 2023", 20230811},
        {"11 agosto 2023", 20230811},         {"11 sierpnia 2023", 20230811},
        {"11 Ağustos 2023", 20230811},        {"2023. augusztus 11.", 20230811},
        {"2023 жылғы 11 тамыз", 20230811},    {"2023 жылғы 11 тамызда", 20230811},
        {"2023-жылдын 11-августу", 20230811}, {"11 тамыз 2023 жыл", 20230811},
        {"2023年8月11日", 20230811},          {"新华社北京2023年8月11日电", 20230811},
        {"2023 年 8 月 11 日", 20230811},     {"2023년 8월 11일", 20230811},
        {"March 20-22, 2023", 20230320},      {"March 20–22, 2023", 20230320},
        {"20-22 March 2023", 20230322},       {"Published on Friday, August 11, 2023 at 10:00", 20230811},
    };
    check_find(samples, COUNT(samples));
}

static void test_numbers_only(void **state)
{
    (void)state;
    static const struct sample samples[] = {
        {"11.08.2023", 20230811},
        {"08.11.2023", 20231108},
        {"1.8.2023", 20230801},
        {"25/12/2023", 20231225},
        {"12/25/2023", 20231225},
        {"08/11/2023", 0},
        {"11/11/2023", 20231111},
        {"13/13/2023", 0},
        {"25-12-2023", 20231225},
        {"31.02.2023", 0},
        {"1.2.3", 0},
        {"192.168.2023.1", 0},
        {"2023", 0},
        {"August 2023", 0},
        {"A2023-08-11", 0},
    };
    check_find(samples, COUNT(samples));
}

static void test_place_in_text(void **state)
{
    (void)state;
    static const char text[] = "Astana, 19 June 2025 - The summit";
    size_t begin = 99;
    size_t end = 99;
    assert_int_equal(csa_date_find(csa_view_of(text), &begin, &end), 20250619);
    assert_int_equal(begin, 8);
    assert_int_equal(end, 20);
    /* An impossible date does not hide a later one. */
    assert_int_equal(csa_date_find(csa_view_of("35 June 2025, 3 July 2025"), &begin, &end), 20250703);
    assert_int_equal(begin, 14);
}

static void test_numbers(void **state)
{
    (void)state;
    assert_int_equal(csa_date_from_number(2023), 20230000);
    assert_int_equal(csa_date_from_number(202308), 20230800);
    assert_int_equal(csa_date_from_number(202313), 0);
    assert_int_equal(csa_date_from_number(20230811), 20230811);
    assert_int_equal(csa_date_from_number(20230231), 0);
    assert_int_equal(csa_date_from_number(1691740800), 20230811);
    assert_int_equal(csa_date_from_number(951782400), 20000229);
    assert_int_equal(csa_date_from_number(951868800), 20000301);
    assert_int_equal(csa_date_from_number(1709164800), 20240229);
    assert_int_equal(csa_date_from_number(1735603200), 20241231);
    assert_int_equal(csa_date_from_number(1735689599.9), 20241231);
    assert_int_equal(csa_date_from_number(1735689600), 20250101);
    assert_int_equal(csa_date_from_number(1691740800000.0), 20230811);
    assert_int_equal(csa_date_from_number(0), 0);
    assert_int_equal(csa_date_from_number(-5), 0);
    assert_int_equal(csa_date_from_number(1e300), 0);
    assert_int_equal(csa_date_from_number(0.0 / 1.0), 0);
}

static void test_every_day_from_unix_time(void **state)
{
    (void)state;
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    double day = 3652; /* 1 January 1980 */
    for (unsigned year = 1980; year <= 2100; year++) {
        for (unsigned month = 1; month <= 12; month++) {
            bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            unsigned last = days[month - 1] + (month == 2 && leap ? 1U : 0U);
            for (unsigned i = 1; i <= last; i++) {
                day += 1;
                assert_int_equal(csa_date_from_number((day - 1) * 86400), year * 10000 + month * 100 + i);
            }
        }
    }
}

static void test_long_and_broken_text(void **state)
{
    (void)state;
    static char text[5000];
    for (size_t i = 0; i + 1 < sizeof text; i++) {
        text[i] = "1 -.a年"[i % 8];
    }
    assert_int_equal(csa_date_find(csa_view_make(text, sizeof text - 1), NULL, NULL), 0);
    for (size_t cut = 0; cut <= 12; cut++) { /* every prefix: nothing is read past the end */
        char copy[16];
        memcpy(copy, "2023年8月11日", sizeof copy);
        char *exact = test_malloc(cut + 1);
        memcpy(exact, copy, cut);
        csa_date_find(csa_view_make(exact, cut), NULL, NULL);
        csa_date_parse(csa_view_make(exact, cut));
        test_free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_machine_dates),
        cmocka_unit_test(test_no_dates),
        cmocka_unit_test(test_dates_in_words),
        cmocka_unit_test(test_numbers_only),
        cmocka_unit_test(test_place_in_text),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_every_day_from_unix_time),
        cmocka_unit_test(test_long_and_broken_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
