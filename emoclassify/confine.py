"""What the process that opens recordings gives up before it opens the first one.

A recording may be made to take over the decoder that reads it. What runs then is somebody else's program, with the
rights of this process; so the process keeps only those that reading needs. Each limit holds for the process itself,
for all its threads, and cannot be taken back by it.
"""

import ctypes
import ctypes.util
import errno
import os
import resource
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_OPEN_FILES = 1024
"""More than models, fonts and one recording ever need at once."""

LARGEST_FILE_BYTES = 64 * 2**30
"""More than any annotated video; less than what fills a disk of a server unseen."""

_LEAP = 2
"""How many times the memory that it should not exceed a process can get between two looks of who watches it."""

_FORBIDDEN_CALLS = (
    # other programs, other processes
    "execve execveat fork vfork ptrace process_vm_readv process_vm_writev process_madvise kcmp kill tkill "
    "rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_getfd pidfd_send_signal "
    # the network; io_uring can open sockets too
    "socket bind listen accept accept4 connect io_uring_setup io_uring_enter io_uring_register "
    # the system
    "mount umount2 move_mount open_tree fsopen fsmount pivot_root chroot unshare setns keyctl add_key request_key bpf "
    "perf_event_open userfaultfd init_module finit_module delete_module kexec_load kexec_file_load reboot swapon "
    "swapoff open_by_handle_at name_to_handle_at personality acct quotactl settimeofday clock_settime"
).split()

_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO of seccomp.h
_NOT_EQUAL, _MASKED_EQUAL = 1, 7  # SCMP_CMP_NE, SCMP_CMP_MASKED_EQ
_CLONE_THREAD = 0x00010000

_PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = 38, 4

# landlock.h; the numbers of the calls are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH, _VERSION_FLAG = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_RIGHTS_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
_NEWEST_VERSION = 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_WRITE = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/lib32", "/opt", "/etc", "/proc", "/sys", "/nix", "/gnu")
_DEVICES = ("null", "zero", "full", "random", "urandom", "shm", "dri", "dxg", "kfd")


@dataclass(frozen=True)
class Bounds:
    """The files that the process may touch, beside Python, the models that ship and the system's libraries.

    Attributes:
        temporary: a folder for temporary files.
        readable: files and folders that it may read.
        writable: folders in which it may read, write and remove, beside that.
        memory_mb: memory that it should not exceed, which another process watches; here only what goes far beyond it
            is refused. None: no limit.
    """

    temporary: Path
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    memory_mb: int | None = None


def confine(bounds: Bounds | None) -> tuple[str, ...]:
    """Gives up what reading a recording does not need.

    Call it while the process has one thread: calls are forbidden for this thread and those that it starts.

    Args:
        bounds: the files that stay within reach; None: all of the user's.

    Returns:
        The limits that this system lacks, of "seccomp" and "landlock"; the others hold.
    """
    _set_resource_limits(None if bounds is None else bounds.memory_mb)
    if not sys.platform.startswith("linux"):
        return ("seccomp", "landlock")
    _forbid_new_privileges()
    missing_limits = []
    if bounds is not None and not _restrict_files(bounds):
        missing_limits.append("landlock")
    if not _forbid_calls():
        missing_limits.append("seccomp")
    return tuple(missing_limits)


def _set_resource_limits(memory_mb: int | None) -> None:
    """Not RLIMIT_AS: what is reserved grows with the threads, and is no memory. Not RLIMIT_NPROC, which counts all of
    the user's processes, nor RLIMIT_CPU, which would count all recordings of this process: its parent ends each."""
    for kind, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, MOST_OPEN_FILES)):
        _limit(kind, most)
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE_BYTES)
    if memory_mb is not None and not any(Path("/dev").glob("nvidia*")):  # whose driver maps far more than it uses
        _limit(resource.RLIMIT_DATA, memory_mb * _LEAP * 2**20)


def _limit(kind: int, most: int) -> None:
    _, hard_limit = resource.getrlimit(kind)
    most = most if hard_limit == resource.RLIM_INFINITY else min(most, hard_limit)
    resource.setrlimit(kind, (most, most))


def _forbid_new_privileges() -> None:
    """No program that this process could start has more rights than it; others of the same user cannot read it."""
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in ((_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_DUMPABLE, 0)):
        if libc.prctl(option, value, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")


class _Comparison(ctypes.Structure):
    """scmp_arg_cmp of seccomp.h: what an argument of a call is compared with."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operation", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


def _forbid_calls() -> bool:
    """Makes the system refuse calls that start programs, reach other processes or the network; False where it cannot.

    Through libseccomp, which knows the numbers of the calls on each architecture.
    """
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return False
    library.seccomp_init.restype = library.seccomp_arch_native.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = (ctypes.c_uint32,)
    filters = ctypes.c_void_p(library.seccomp_init(_ALLOW))
    try:
        return all(_add_rules(library, filters)) and library.seccomp_load(filters) == 0
    finally:
        library.seccomp_release(filters)


def _add_rules(library: Any, filters: ctypes.c_void_p) -> Iterator[bool]:
    def refuse(name: str, number: int = errno.EPERM, *comparisons: _Comparison) -> bool:
        call = library.seccomp_syscall_resolve_name(name.encode())
        if call == -1:  # a call that this architecture, or this version of the library, does not know
            return True
        array = (_Comparison * len(comparisons))(*comparisons)
        action = ctypes.c_uint32(_REFUSE | number)
        return bool(library.seccomp_rule_add_array(filters, action, call, len(comparisons), array) == 0)

    for name in _FORBIDDEN_CALLS:
        yield refuse(name)
    # Threads may be started, processes not. The flags of clone3 cannot be looked at: libc takes clone where it lacks.
    yield refuse("clone3", errno.ENOSYS)
    yield refuse("clone", errno.EPERM, _Comparison(0, _MASKED_EQUAL, _CLONE_THREAD, 0))
    yield refuse("tgkill", errno.EPERM, _Comparison(0, _NOT_EQUAL, os.getpid(), 0))  # abort() sends one to itself


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _restrict_files(bounds: Bounds) -> bool:
    """Leaves only the files of the bounds and of the system within reach, by Landlock; False where the kernel lacks it.

    See https://docs.kernel.org/userspace-api/landlock.html.
    """
    call = ctypes.CDLL(None, use_errno=True).syscall
    version = call(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    if version < 1:
        return False
    handled = _RIGHTS_BY_VERSION[min(version, _NEWEST_VERSION)]
    rules = _Ruleset(handled)
    ruleset_fd = call(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), 0)
    if ruleset_fd < 0:
        return False
    try:
        for path in _system_paths():
            _allow(call, ruleset_fd, path, _READ & handled)
        for path in _devices():
            _allow(call, ruleset_fd, path, (_READ | _WRITE_FILE) & handled)
        for path in bounds.readable:
            _allow(call, ruleset_fd, path, _READ & handled)
        for path in (bounds.temporary, *bounds.writable):
            _allow(call, ruleset_fd, path, _WRITE & handled)
        return bool(call(_RESTRICT_SELF, ruleset_fd, 0) == 0)
    finally:
        os.close(ruleset_fd)


def _allow(call: Callable[..., int], ruleset_fd: int, path: Path, rights: int) -> None:
    try:
        path_fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no right
    try:
        if not stat.S_ISDIR(os.fstat(path_fd).st_mode):
            rights &= _OF_FILES
        rule = _PathBeneath(rights, path_fd)
        if call(_ADD_RULE, ruleset_fd, _RULE_PATH_BENEATH, ctypes.byref(rule), 0):
            raise OSError(ctypes.get_errno(), "landlock_add_rule", str(path))
    finally:
        os.close(path_fd)


def _system_paths() -> Iterable[Path]:
    """The system's libraries, Python, and the folders of its packages."""
    python = (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.pycache_prefix, *sys.path)
    paths = {Path(name) for name in (*_SYSTEM_FOLDERS, *python) if name}
    return paths | {target for path in sys.path if path for target in _linked_packages(Path(path))}


def _linked_packages(folder: Path) -> Iterator[Path]:
    """Where the packages of a folder are that are links: some installers keep one copy for all environments."""
    if folder.name == "site-packages" and folder.is_dir():
        yield from (path.resolve() for path in folder.iterdir() if path.is_symlink())


def _devices() -> Iterable[Path]:
    folder = Path("/dev")
    return [*(folder / name for name in _DEVICES), *folder.glob("nvidia*")]
