/* Faults for `make torture`: preloaded into every process of a night, it makes the n-th call of a kind below one folder fail, notes
 * what was done to files there and in which order, keeps what an fsync made durable, and shifts the clock. Everything through the
 * environment:
 *   FAULT_UNDER    the folder; calls elsewhere are left alone
 *   FAULT_CONTROL  file of 8 numbers shared by the processes: seconds the clock is off, then calls so far (enum kind)
 *   FAULT_CALL     write, sync, rename, open, read or unlink; FAULT_NTH: which one; FAULT_HOW: an errno, or 0 for half a write
 *   FAULT_LAST     up to which call it fails (default: only the n-th)
 *   FAULT_TRACE    file for one line an operation: op TAB path [TAB path or kept copy]
 *   FAULT_KEEP     folder for the content of each file at each fsync
 * gcc -shared -fPIC -O1 -o shim.so shim.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { CLOCK, WRITE, SYNC, RENAME, OPEN, READ, UNLINK, KEPT };
static const char *NAMES[] = {"clock", "write", "sync", "rename", "open", "read", "unlink"};
static int64_t *shared;
static const char *under, *keep;
static int trace = -1, chosen = -1;
static int64_t first, last;
static int how;

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    const char *text;
    under = getenv("FAULT_UNDER"), keep = getenv("FAULT_KEEP");
    if ((text = getenv("FAULT_CONTROL"))) {
        int fd = syscall(SYS_openat, AT_FDCWD, text, O_RDWR, 0);
        void *page = mmap(0, 64, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (page != MAP_FAILED) shared = page;
        syscall(SYS_close, fd);
    }
    if ((text = getenv("FAULT_TRACE"))) {
        int fd = syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        trace = fcntl(fd, F_DUPFD_CLOEXEC, 500); /* out of the way of programs that count on low numbers */
        syscall(SYS_close, fd);
    }
    if ((text = getenv("FAULT_CALL")))
        for (int kind = WRITE; kind <= UNLINK; kind++) if (!strcmp(text, NAMES[kind])) chosen = kind;
    first = (text = getenv("FAULT_NTH")) ? atoll(text) : 0;
    last = (text = getenv("FAULT_LAST")) ? atoll(text) : first;
    how = (text = getenv("FAULT_HOW")) ? atoi(text) : EIO;
}

/* the absolute path of what a call names, when it lies below the folder */
static int ours(int folder, const char *path, char *out) {
    char base[PATH_MAX] = "";
    if (!under || !path) return 0;
    if (path[0] != '/') {
        char link[64];
        if (folder == AT_FDCWD) { if (!getcwd(base, sizeof base)) return 0; }
        else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            ssize_t size = readlink(link, base, sizeof base - 1);
            if (size < 0) return 0;
            base[size] = 0;
        }
    }
    if (snprintf(out, PATH_MAX, "%s%s%s", base, path[0] && base[0] ? "/" : "", path) >= PATH_MAX) return 0;
    size_t size = strlen(under);
    return !strncmp(out, under, size) && (out[size] == '/' || !out[size]);
}

static int ours_fd(int fd, char *out) {
    int before = errno, found = fd >= 0 && ours(fd, "", out);
    errno = before;
    return found;
}

/* count a call; 1 when this is one that must fail */
static int hit(int kind) {
    if (!shared) return 0;
    int64_t number = __atomic_add_fetch(&shared[kind], 1, __ATOMIC_SEQ_CST);
    return kind == chosen && number >= first && number <= last;
}

static void note(const char *op, const char *path, const char *more) {
    char line[2 * PATH_MAX + 32];
    if (trace < 0) return;
    int before = errno, size = snprintf(line, sizeof line, "%s\t%s%s%s\n", op, path, more ? "\t" : "", more ? more : "");
    syscall(SYS_write, trace, line, size);
    errno = before;
}

static void keep_copy(const char *path, char *name) {
    char part[1 << 16];
    struct stat info;
    name[0] = 0;
    if (!keep || !shared || stat(path, &info) || !S_ISREG(info.st_mode)) return;
    snprintf(name, PATH_MAX, "%s/%lld", keep, (long long)__atomic_add_fetch(&shared[KEPT], 1, __ATOMIC_SEQ_CST));
    int from = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0), to = syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT, 0600);
    for (ssize_t size; (size = syscall(SYS_read, from, part, sizeof part)) > 0;) syscall(SYS_write, to, part, size);
    struct timespec times[2] = {info.st_atim, info.st_mtim};
    futimens(to, times); /* which of two files is the newer is told by their times: an fsync makes these last as well */
    syscall(SYS_close, from), syscall(SYS_close, to);
}

#define FAIL(kind) if (hit(kind) && (errno = how ? how : EIO)) return -1

#define WRITING(fd, size, whole, half) \
    char path[PATH_MAX]; \
    if (ours_fd(fd, path)) { \
        if (hit(WRITE)) { if (how) { errno = how; return -1; } note("write", path, 0); return half; } \
        note("write", path, 0); \
    } \
    return whole

ssize_t write(int fd, const void *data, size_t size) { REAL(write); WRITING(fd, size, real(fd, data, size), real(fd, data, (size + 1) / 2)); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { REAL(pwrite64); WRITING(fd, size, real(fd, data, size, at), real(fd, data, (size + 1) / 2, at)); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { REAL(pwrite); WRITING(fd, size, real(fd, data, size, at), real(fd, data, (size + 1) / 2, at)); }
ssize_t sendfile64(int fd, int in, off64_t *at, size_t size) { REAL(sendfile64); WRITING(fd, size, real(fd, in, at, size), real(fd, in, at, 4096)); }
ssize_t sendfile(int fd, int in, off_t *at, size_t size) { REAL(sendfile); WRITING(fd, size, real(fd, in, at, size), real(fd, in, at, 4096)); }
ssize_t writev(int fd, const struct iovec *parts, int count) { REAL(writev); WRITING(fd, 0, real(fd, parts, count), real(fd, parts, 1)); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); WRITING(fd, 0, real(fd, size), real(fd, size)); }
int ftruncate(int fd, off_t size) { REAL(ftruncate); WRITING(fd, 0, real(fd, size), real(fd, size)); }

#define READING(call) char path[PATH_MAX]; if (chosen == READ && ours_fd(fd, path)) { FAIL(READ); } return call
ssize_t read(int fd, void *data, size_t size) { REAL(read); READING(real(fd, data, size)); }
ssize_t pread64(int fd, void *data, size_t size, off64_t at) { REAL(pread64); READING(real(fd, data, size, at)); }

#define SYNCING(call) \
    char path[PATH_MAX], copy[PATH_MAX]; \
    if (!ours_fd(fd, path)) return call; \
    FAIL(SYNC); \
    int done = call; \
    if (!done) { keep_copy(path, copy); note("sync", path, copy[0] ? copy : 0); } \
    return done
int fsync(int fd) { REAL(fsync); SYNCING(real(fd)); }
int fdatasync(int fd) { REAL(fdatasync); SYNCING(real(fd)); }

#define OPENING(folder, path, flags, call) \
    char full[PATH_MAX]; \
    if (!ours(folder, path, full)) return call; \
    FAIL(OPEN); \
    struct stat before; \
    int there = !lstat(full, &before), fd = call; \
    if (fd >= 0 && (flags & O_CREAT) && (!there || (flags & O_TRUNC))) note(there ? "write" : "create", full, 0); \
    return fd
#define MODE va_list rest; va_start(rest, flags); int mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, int) : 0; va_end(rest)
int open(const char *path, int flags, ...) { MODE; REAL(open); OPENING(AT_FDCWD, path, flags, real(path, flags, mode)); }
int open64(const char *path, int flags, ...) { MODE; REAL(open64); OPENING(AT_FDCWD, path, flags, real(path, flags, mode)); }
int openat(int folder, const char *path, int flags, ...) { MODE; REAL(openat); OPENING(folder, path, flags, real(folder, path, flags, mode)); }
int openat64(int folder, const char *path, int flags, ...) { MODE; REAL(openat64); OPENING(folder, path, flags, real(folder, path, flags, mode)); }

#define RENAMING(a, old, b, new, call) \
    char from[PATH_MAX], to[PATH_MAX]; \
    if (!ours(a, old, from) || !ours(b, new, to)) return call; \
    FAIL(RENAME); \
    int done = call; \
    if (!done) note("rename", from, to); \
    return done
int rename(const char *old, const char *new) { REAL(rename); RENAMING(AT_FDCWD, old, AT_FDCWD, new, real(old, new)); }
int renameat(int a, const char *old, int b, const char *new) { REAL(renameat); RENAMING(a, old, b, new, real(a, old, b, new)); }

#define CHANGING(op, folder, path, call) \
    char full[PATH_MAX]; \
    if (!ours(folder, path, full)) return call; \
    FAIL(UNLINK); \
    int done = call; \
    if (!done) note(op, full, 0); \
    return done
int unlink(const char *path) { REAL(unlink); CHANGING("unlink", AT_FDCWD, path, real(path)); }
int unlinkat(int folder, const char *path, int flags) { REAL(unlinkat); CHANGING("unlink", folder, path, real(folder, path, flags)); }
int rmdir(const char *path) { REAL(rmdir); CHANGING("unlink", AT_FDCWD, path, real(path)); }
int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    char full[PATH_MAX];
    int done = real(path, mode);
    if (!done && ours(AT_FDCWD, path, full)) note("mkdir", full, 0);
    return done;
}

int clock_gettime(clockid_t id, struct timespec *now) {
    REAL(clock_gettime);
    int done = real(id, now);
    if (shared && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) now->tv_sec += shared[CLOCK];
    return done;
}
int gettimeofday(struct timeval *now, void *zone) {
    REAL(gettimeofday);
    int done = real(now, zone);
    if (shared) now->tv_sec += shared[CLOCK];
    return done;
}
time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
