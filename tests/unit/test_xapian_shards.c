/* The Xapian shim: several databases as one, on this machine and served; servers that hang and that die. */
#include "xapian_queries.h"

#include "common/base/clock.h"
#include "common/base/file.h"

#include <arpa/inet.h>
#include <math.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* Whether a match in `other` has the hits and weights of one in the database with everything. */
static void check_same(struct csa_xapian_database *other, csa_xapian_node node)
{
    struct csa_xapian_request one = request_of(database, node), two = request_of(other, node);
    struct csa_xapian_match *match = run(&one), *parted = run(&two);
    const struct csa_xapian_result *a = xapian->match.result(match), *b = xapian->match.result(parted);
    char wanted[100];
    snprintf(wanted, sizeof wanted, "%s", hits_of(match));
    assert_string_equal(hits_of(parted), wanted);
    for (size_t i = 0; i < a->hit_count; i++) {
        if (fabs(a->hits[i].weight - b->hits[i].weight) > 1e-12) {
            fail_msg("hit %zu: %.17g, not %.17g", i, b->hits[i].weight, a->hits[i].weight);
        }
    }
    assert_int_equal(a->least, b->least);
    assert_int_equal(a->most, b->most);
    xapian->match.free(match);
    xapian->match.free(parted);
}

static void check_as_one(struct csa_xapian_database *joined)
{
    check_same(joined, word("gas"));
    check_same(joined, words(CSA_XAPIAN_OR, "oil siberia power", 0));
    check_same(joined, words(CSA_XAPIAN_PHRASE, "power of siberia", 3));
    check_same(joined, words(CSA_XAPIAN_OR, "power powerful powers", 0));
    check_same(joined, words(CSA_XAPIAN_MAX, "power powerful powers", 0));
    check_same(joined, words(CSA_XAPIAN_AND_MAYBE, "pipeline gas", 0));
    assert_int_equal(count_documents(joined), SAMPLES);
    uint32_t documents;
    check_ok(xapian->database.frequency(joined, csa_view_of("gas"), &documents, NULL, &error));
    assert_int_equal(documents, 3);
    struct listing terms = {.room = 100}, postings = {.room = 100}, held = {.room = 100},
                   values = {.room = 100};
    check_ok(xapian->database.terms(joined, csa_view_of("po"), csa_view_of("powerf"), &terms, list_counted,
                                    &error));
    assert_string_equal(terms.text, "powerful:1 powers:1 ");
    check_ok(xapian->database.postings(joined, csa_view_of("gas"), 2, &postings, list_posting, &error));
    assert_string_equal(postings.text, "3:3 4:1 ");
    check_ok(xapian->database.document_terms(joined, 2, csa_view_of("o"), &held, list_counted, &error));
    assert_string_equal(held.text, "of:1 ");
    check_ok(xapian->database.values(joined, 1, &values, list_value, &error));
    assert_string_equal(values.text, "a:1 a:2 b:3 b:4 a:7 ");
    const uint32_t *positions;
    size_t count;
    check_ok(xapian->database.positions(joined, 4, csa_view_of("siberia"), &positions, &count, &error));
    assert_true(count == 1 && positions[0] == 4);
    uint32_t length;
    check_ok(xapian->database.length(joined, 4, &length, &error));
    assert_int_equal(length, 9);
    struct csa_view bytes;
    check_ok(xapian->database.uuid(joined, &bytes, &error));
    assert_int_equal(bytes.size, 3 * 36 + 2);
    check_ok(xapian->database.metadata(joined, csa_view_of("nothing"), &bytes, &error));
    assert_int_equal(bytes.size, 0);
    check_fails(xapian->database.length(joined, 8, &length, &error), CSA_ERROR_NOT_FOUND, "");
    static const uint32_t slots[] = {0};
    struct csa_xapian_request request = request_of(joined, CSA_XAPIAN_EVERYTHING);
    request.count_slots = slots;
    request.count_slot_count = 1;
    struct csa_xapian_match *match = run(&request);
    struct listing dates = {.room = 100};
    check_ok(xapian->match.counts(match, 0, &dates, list_counted, NULL, &error));
    assert_string_equal(dates.text, "20210101:1 20221231:1 20230811:1 20240101:2 20250505:1 ");
    xapian->match.free(match);
}

enum { SHARDS = 3 };

/* Sample i of three goes to shard i % 3, so that the joined ids are those of the whole. */
static const char *make_shard(size_t number)
{
    static char path[20];
    snprintf(path, sizeof path, "shard%zu", number);
    if (!csa_file_exists(path)) {
        make_samples(path, samples, SAMPLES, number, SHARDS);
    }
    return path;
}

static void test_joined(void **state)
{
    (void)state;
    struct csa_xapian_database *shards[SHARDS] = {NULL}, *joined, *twice;
    check_fails(xapian->database.join(shards, 0, &joined, &error), CSA_ERROR_MISUSE, "no databases");
    for (size_t i = 0; i < SHARDS; i++) {
        shards[i] = open_database(make_shard(i));
    }
    check_ok(xapian->database.join(shards, SHARDS, &joined, &error));
    check_fails(xapian->database.join(&joined, 1, &twice, &error), CSA_ERROR_MISUSE, "joined already");
    for (size_t i = 0; i < SHARDS; i++) {
        xapian->database.close(shards[i]);
    }
    check_as_one(joined);
    struct csa_xapian_statistics statistics;
    check_ok(xapian->database.statistics(joined, &statistics, &error));
    assert_int_equal(statistics.shards, SHARDS);
    uint64_t revision;
    check_fails(xapian->database.revision(joined, &revision, &error), CSA_ERROR_MISUSE, "revision");
    assert_int_equal(xapian->database.failed_shard(joined), -1);
    xapian->database.close(joined);
}

/* ---- served ---- */

/* Serves a database from a port of its own; -1 where xapian-tcpsrv is not here. */
static pid_t serve(const char *path, uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(descriptor >= 0 && bind(descriptor, (struct sockaddr *)&address, size) == 0 &&
                getsockname(descriptor, (struct sockaddr *)&address, &size) == 0);
    close(descriptor);
    *port = ntohs(address.sin_port);
    char number[10];
    snprintf(number, sizeof number, "%u", *port);
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setpgid(0, 0); /* with the process that it starts for each connection */
        dup2(ready[1], STDOUT_FILENO);
        dup2(ready[1], STDERR_FILENO);
        execlp("xapian-tcpsrv", "xapian-tcpsrv", "--interface", "127.0.0.1", "--port", number, "--quiet",
               path, (char *)NULL);
        _exit(127);
    }
    close(ready[1]);
    for (int tries = 0; tries < 500; tries++) {
        int status;
        if (waitpid(child, &status, WNOHANG) == child) {
            close(ready[0]);
            return -1;
        }
        int probe = socket(AF_INET, SOCK_STREAM, 0);
        bool up = connect(probe, (struct sockaddr *)&address, size) == 0;
        close(probe);
        if (up) {
            break;
        }
        usleep(10000);
    }
    close(ready[0]);
    return child;
}

struct opening {
    pthread_t thread;
    uint16_t port;
    struct csa_xapian_database *database;
    struct csa_error error;
};

static void *open_shard(void *context)
{
    struct opening *opening = context;
    xapian->database.open_remote("127.0.0.1", opening->port, 5000, 5000, &opening->database, &opening->error);
    return NULL;
}

/* Connections to all of the ports, opened side by side. */
static void open_shards(const uint16_t *ports, struct csa_xapian_database **shards)
{
    struct opening openings[SHARDS] = {{.port = 0}};
    for (size_t i = 0; i < SHARDS; i++) {
        openings[i].port = ports[i];
        assert_int_equal(pthread_create(&openings[i].thread, NULL, open_shard, &openings[i]), 0);
    }
    for (size_t i = 0; i < SHARDS; i++) {
        assert_int_equal(pthread_join(openings[i].thread, NULL), 0);
        assert_string_equal(openings[i].error.message, "");
        shards[i] = openings[i].database;
    }
}

static void test_served(void **state)
{
    (void)state;
    struct csa_xapian_database *shards[SHARDS], *joined;
    pid_t servers[SHARDS];
    uint16_t ports[SHARDS], port;
    for (size_t i = 0; i < SHARDS; i++) {
        servers[i] = serve(make_shard(i), &ports[i]);
        if (servers[i] < 0) {
            skip();
        }
    }
    open_shards(ports, shards);
    check_ok(xapian->database.join(shards, SHARDS, &joined, &error));
    check_as_one(joined);
    struct csa_xapian_statistics statistics;
    check_ok(xapian->database.statistics(joined, &statistics, &error));
    assert_int_equal(statistics.remote_shards, SHARDS);
    check_ok(xapian->database.keep_alive(joined, &error));
    struct csa_xapian_request request = request_of(joined, word("gas"));
    request.deadline = 1; /* not for servers */
    struct csa_xapian_match *match = run(&request);
    assert_string_equal(hits_of(match), "314");
    xapian->match.free(match);

    /* One server stops answering. */
    struct sigaction pipe_action;
    sigaction(SIGPIPE, NULL, &pipe_action);
    assert_true(pipe_action.sa_handler == SIG_IGN);
    struct csa_xapian_database *short_of_time, *parts[2];
    pid_t hung = serve(make_shard(1), &port);
    check_ok(xapian->database.open_remote("127.0.0.1", port, 5000, 300, &parts[1], &error));
    check_ok(xapian->database.open_remote("127.0.0.1", ports[0], 5000, 5000, &parts[0], &error));
    check_ok(xapian->database.join(parts, 2, &short_of_time, &error));
    request = request_of(short_of_time, word("gas"));
    xapian->match.free(run(&request));
    assert_int_equal(kill(-hung, SIGSTOP), 0);
    uint64_t before = csa_clock_nanoseconds();
    check_fails(xapian->match.run(&request, &match, &error), CSA_ERROR_IO, "imeout");
    assert_int_equal(xapian->database.failed_shard(short_of_time), 1);
    assert_true(csa_clock_nanoseconds() - before < UINT64_C(60000000000)); /* and not for ever */
    xapian->database.close(short_of_time);
    assert_int_not_equal(xapian->database.keep_alive(parts[0], &error), CSA_OK); /* it was in mid-answer */
    xapian->database.close(parts[0]);
    xapian->database.close(parts[1]);
    check_fails(xapian->database.open_remote("127.0.0.1", port, 300, 300, &parts[1], &error), CSA_ERROR_IO,
                "");
    kill(-hung, SIGKILL);
    waitpid(hung, NULL, 0);

    /* Another is killed. */
    kill(-servers[2], SIGKILL);
    request = request_of(joined, word("gas"));
    check_fails(xapian->match.run(&request, &match, &error), CSA_ERROR_IO, "");
    assert_int_equal(xapian->database.failed_shard(joined), 2);

    xapian->database.close(joined);
    for (size_t i = 0; i < SHARDS; i++) {
        xapian->database.close(shards[i]);
        kill(-servers[i], SIGTERM);
        waitpid(servers[i], NULL, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_joined, start, stop),
        cmocka_unit_test_setup_teardown(test_served, start, stop),
    };
    if (!CSA_WITH_XAPIAN) {
        puts("skipped: built without Xapian");
        return SKIPPED;
    }
    return cmocka_run_group_tests(tests, load_xapian, temporary_folder_leave);
}
