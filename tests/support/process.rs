// SPDX-License-Identifier: GPL-2.0-or-later
//! Children: forked, told what to do through pipes, never waited for without bound.
//!
//! A child has an alarm, so it dies by itself; the parent's reads have a deadline; a child whose
//! guard is dropped is killed. What a child finds out it sends as bytes: parent and child are one
//! program, so any plain value passes. Children leave by `_exit`: no guard of the parent's runs
//! in them.

use super::client::{self, Errno, ShmidDs};
use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int};
use std::fmt::Write;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::{Duration, Instant};

/// How long a child that a test forks may take; its alarm rings after as long.
const DEADLINE: Duration = Duration::from_secs(if cfg!(target_os = "hurd") { 20 } else { 10 });

/// How long a whole test may take.
const TEST_DEADLINE: Duration = Duration::from_secs(if cfg!(target_os = "hurd") { 60 } else { 30 });

/// How long what may legally take a moment may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Exit status of a child that panicked.
const PANICKED: i32 = 101;
/// Exit status of a child whose parent went away.
const ORPHANED: i32 = 102;
/// Exit status of a child that touched what it must not.
const FAULTED: i32 = 103;

/// Whether this process is a forked child.
static IN_CHILD: AtomicBool = AtomicBool::new(false);

/// Whether this process is a forked child.
pub fn is_child() -> bool {
    IN_CHILD.load(Ordering::Relaxed)
}

/// Where children say what went wrong: their test's pipe, or standard error.
static EAR: AtomicI32 = AtomicI32::new(2);

/// Says something past the harness, which would keep it in this process.
pub fn say(text: &str) {
    write_all(EAR.load(Ordering::Relaxed), text);
}

/// Writes to a descriptor without the buffers of std, which a fork would copy.
pub fn write_all(descriptor: c_int, text: &str) {
    // SAFETY: `text` is valid for its length. A failure leaves nothing to say.
    let _ = unsafe { libc::write(descriptor, text.as_ptr().cast(), text.len()) };
}

/// Forks a process for one test. Nothing in the child; in the parent, when the child has ended, how
/// it ended and what it and its children said.
pub fn isolate() -> Option<(Status, String)> {
    let (rx, tx) = pipe();
    let pid = fork_raw();
    if pid == 0 {
        close(rx);
        EAR.store(tx, Ordering::Relaxed);
        begin(TEST_DEADLINE);
        return None;
    }
    close(tx);
    assert!(pid > 0, "fork: {:?}", Errno::last());
    let status = wait_raw(pid);
    let mut said = Vec::new();
    let mut chunk = [0_u8; 4096];
    while is_readable(rx, Duration::ZERO) {
        // SAFETY: `chunk` has room for its length.
        match unsafe { libc::read(rx, chunk.as_mut_ptr().cast(), chunk.len()) } {
            got if got > 0 => said.extend_from_slice(&chunk[..got as usize]),
            _ => break,
        }
    }
    close(rx);
    Some((status, String::from_utf8_lossy(&said).into_owned()))
}

/// Ends the process of a test.
pub fn end(panicked: bool) -> ! {
    exit_now(if panicked { PANICKED } else { 0 })
}

/// What every child starts with: the knowledge that it is one, and an alarm.
fn begin(deadline: Duration) {
    IN_CHILD.store(true, Ordering::Relaxed);
    // SAFETY: a number; the default action of SIGALRM ends the child.
    unsafe { libc::alarm(deadline.as_secs() as u32) };
}

/// A panic in a child is shown at once: what it would leave with the harness dies with it.
pub fn report_panics_of_children() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let default = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if is_child() {
                say(&format!("process {}: {info}\n", super::pid()));
            } else {
                default(info);
            }
        }));
    });
}

/// _exit(2).
pub fn exit_now(status: i32) -> ! {
    // SAFETY: ends the process; nothing of it is used after.
    unsafe { libc::_exit(status) }
}

/// Asks until the answer is yes; panics when patience ends.
pub fn poll_until(complaint: &str, mut answer: impl FnMut() -> bool) {
    let start = Instant::now();
    while !answer() {
        assert!(start.elapsed() < PATIENCE, "{complaint}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The two ends of a pipe, reading end first, closed on exec.
fn pipe() -> (c_int, c_int) {
    let mut ends = [0; 2];
    // SAFETY: `ends` has room for two descriptors.
    let made = unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) };
    assert_eq!(made, 0, "pipe2: {:?}", Errno::last());
    (ends[0], ends[1])
}

fn close(fd: c_int) {
    // SAFETY: the caller's own descriptor, not used after.
    unsafe { libc::close(fd) };
}

/// Writes a value's bytes; false if nobody reads them.
fn write_value<T: Copy>(fd: c_int, value: &T) -> bool {
    let mut at: *const u8 = ptr::from_ref(value).cast();
    let mut left = size_of::<T>().max(1);
    if size_of::<T>() == 0 {
        at = b"!".as_ptr();
    }
    while left > 0 {
        // SAFETY: `left` bytes of `value`, or one of the literal, are at `at`.
        match unsafe { libc::write(fd, at.cast(), left) } {
            -1 if Errno::last() == Errno::EINTR => {}
            written if written > 0 => {
                at = at.wrapping_add(written as usize);
                left -= written as usize;
            }
            _ => return false,
        }
    }
    true
}

/// Reads a value's bytes; `None` at the end of the pipe or after the deadline.
///
/// The other side is this same program and sent a `T`.
fn read_value<T: Copy + 'static>(fd: c_int) -> Option<T> {
    let mut value = MaybeUninit::<T>::uninit();
    let mut byte = 0_u8;
    let mut at: *mut u8 = value.as_mut_ptr().cast();
    let mut left = size_of::<T>().max(1);
    if size_of::<T>() == 0 {
        at = &raw mut byte;
    }
    let start = Instant::now();
    while left > 0 {
        if !is_readable(fd, DEADLINE.saturating_sub(start.elapsed())) {
            return None;
        }
        // SAFETY: `left` bytes of `value`, or the one byte, are at `at`.
        match unsafe { libc::read(fd, at.cast(), left) } {
            -1 if Errno::last() == Errno::EINTR => {}
            got if got > 0 => {
                at = at.wrapping_add(got as usize);
                left -= got as usize;
            }
            _ => return None,
        }
    }
    // SAFETY: all its bytes came from a `T` of this program; 'static plain data has no pointers
    // to what only the child has.
    Some(unsafe { value.assume_init() })
}

/// Whether a read of the pipe would not wait, within a time.
fn is_readable(fd: c_int, within: Duration) -> bool {
    let mut wanted = libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    };
    let milliseconds = c_int::try_from(within.as_millis()).unwrap_or(c_int::MAX);
    loop {
        // SAFETY: one struct pollfd.
        match unsafe { libc::poll(&mut wanted, 1, milliseconds) } {
            -1 if Errno::last() == Errno::EINTR => {}
            ready => return ready > 0,
        }
    }
}

/// The child's ends of the pipes to its parent.
pub struct Link {
    rx: c_int,
    tx: c_int,
}

impl Link {
    /// Tells the parent.
    pub fn send<T: Copy + 'static>(&self, value: T) {
        if !write_value(self.tx, &value) {
            exit_now(ORPHANED);
        }
    }

    /// Waits for the parent's word.
    pub fn recv<T: Copy + 'static>(&self) -> T {
        read_value(self.rx).unwrap_or_else(|| exit_now(ORPHANED))
    }

    /// Waits until the parent says go on.
    pub fn pause(&self) {
        self.recv::<()>();
    }

    /// Waits for the parent or the alarm, whichever kills first.
    pub fn hang(&self) -> ! {
        self.pause();
        exit_now(ORPHANED)
    }

    /// Waits for a signal or the alarm, and leaves the parent's word to a child of its own.
    pub fn hang_unread(&self) -> ! {
        loop {
            // SAFETY: no arguments; returns after a handler, of which there is none.
            unsafe { libc::pause() };
        }
    }

    /// Closes the child's ends, so that the parent sees the pipe's end when a grandchild is gone.
    pub fn close(&self) {
        close(self.rx);
        close(self.tx);
    }

    /// Becomes a helper of this same program, which keeps the pipes.
    pub fn exec(&self, program: &Program, role: &CStr, id: i32) -> ! {
        for fd in [self.rx, self.tx] {
            // SAFETY: our own descriptors.
            unsafe { libc::fcntl(fd, libc::F_SETFD, 0) };
        }
        program.exec(role, [self.rx, self.tx, id])
    }
}

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// By `_exit` or `exit`, with this status.
    Exited(i32),
    /// By this signal.
    Killed(i32),
}

/// A forked child, killed and reaped on drop.
pub struct Child {
    pid: libc::pid_t,
    rx: c_int,
    tx: c_int,
    reaped: Cell<bool>,
}

impl Child {
    /// Forks; the child runs `body` and exits with status 0.
    pub fn fork(body: impl FnOnce(&Link)) -> Child {
        let (from_parent, to_child) = pipe();
        let (from_child, to_parent) = pipe();
        let pid = fork_raw();
        if pid == 0 {
            close(to_child);
            close(from_child);
            let link = Link {
                rx: from_parent,
                tx: to_parent,
            };
            finish(|| body(&link));
        }
        close(from_parent);
        close(to_parent);
        assert!(pid > 0, "fork: {:?}", Errno::last());
        Child {
            pid,
            rx: from_child,
            tx: to_child,
            reaped: Cell::new(false),
        }
    }

    /// The process id.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Tells the child.
    pub fn send<T: Copy + 'static>(&self, value: T) {
        assert!(write_value(self.tx, &value), "the child is gone");
    }

    /// Lets a child that paused go on.
    pub fn go(&self) {
        self.send(());
    }

    /// The child's word.
    pub fn recv<T: Copy + 'static>(&self) -> T {
        match read_value(self.rx) {
            Some(value) => value,
            None => {
                self.kill(libc::SIGKILL);
                panic!("the child said nothing; it ended with {:?}", self.reap());
            }
        }
    }

    /// Waits until nobody holds the child's end of the pipe.
    pub fn wait_for_end_of_pipe(&self) {
        let start = Instant::now();
        let mut byte = 0_u8;
        loop {
            let left = DEADLINE.saturating_sub(start.elapsed());
            assert!(is_readable(self.rx, left), "the pipe stays open");
            // SAFETY: one byte.
            if unsafe { libc::read(self.rx, (&raw mut byte).cast(), 1) } == 0 {
                return;
            }
        }
    }

    /// kill(2).
    pub fn kill(&self, signal: c_int) {
        kill_raw(self.pid, signal);
    }

    /// Whether the child has not ended yet; it is not reaped by asking.
    pub fn is_running(&self) -> bool {
        !is_readable(self.rx, Duration::ZERO)
    }

    /// waitpid(2), at once, so that what follows comes right after the child's end. Its alarm
    /// bounds it.
    pub fn wait(&self) -> Status {
        assert!(!self.reaped.get(), "waited twice");
        self.reap()
    }

    /// Waits, and wants a child that found nothing to complain about.
    pub fn done(&self) {
        assert_eq!(self.wait(), Status::Exited(0), "the child failed");
    }

    /// Kills with SIGKILL and waits.
    pub fn kill_and_wait(&self) {
        self.kill(libc::SIGKILL);
        assert_eq!(self.wait(), Status::Killed(libc::SIGKILL));
    }

    fn reap(&self) -> Status {
        self.reaped.set(true);
        wait_raw(self.pid)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.reaped.get() {
            self.kill(libc::SIGKILL);
            self.reap();
        }
        close(self.rx);
        close(self.tx);
    }
}

/// fork(2). The child must end by [`finish`].
pub fn fork_raw() -> libc::pid_t {
    // SAFETY: the child is a copy with this thread only. Rust's and libc's locks that other threads
    // might hold are not waited for: they sleep on the turn, or in the harness.
    unsafe { libc::fork() }
}

/// kill(2) of a child, or of an orphan that lives until it is killed.
pub fn kill_raw(pid: libc::pid_t, signal: c_int) {
    // SAFETY: numbers; the process is one of ours that nobody has reaped.
    unsafe { libc::kill(pid, signal) };
}

/// waitpid(2), restarted.
pub fn wait_raw(pid: libc::pid_t) -> Status {
    let mut status = 0;
    loop {
        // SAFETY: `status` is an int.
        let got = unsafe { libc::waitpid(pid, &mut status, 0) };
        if got == pid {
            break;
        }
        assert!(
            got == -1 && Errno::last() == Errno::EINTR,
            "waitpid: {:?}",
            Errno::last()
        );
    }
    if libc::WIFSIGNALED(status) {
        Status::Killed(libc::WTERMSIG(status))
    } else {
        Status::Exited(libc::WEXITSTATUS(status))
    }
}

/// A forked child's whole life: an alarm, the body, `_exit`.
pub fn finish(body: impl FnOnce()) -> ! {
    begin(DEADLINE);
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(()) => exit_now(0),
        Err(_) => exit_now(PANICKED),
    }
}

/// What `body` returns when a child runs it.
pub fn in_child<T: Copy + 'static>(body: impl FnOnce() -> T) -> T {
    let child = Child::fork(|link| link.send(body()));
    let value = child.recv();
    child.done();
    value
}

/// What `body` returns when a child runs it that has become somebody.
pub fn in_child_as<T: Copy + 'static>(ids: Ids, body: impl FnOnce() -> T) -> T {
    in_child(|| {
        ids.assume();
        body()
    })
}

/// Who a process is.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    /// Real, effective and saved user id.
    pub uid: u32,
    /// Real, effective and saved group id.
    pub gid: u32,
    /// The one supplementary group.
    pub group: u32,
}

impl Ids {
    /// A user who shares nothing with others of other numbers.
    pub const fn user(number: u32) -> Ids {
        Ids {
            uid: 21000 + number,
            gid: 22000 + number,
            group: 22000 + number,
        }
    }

    /// This user, in another group.
    pub const fn with_gid(self, gid: u32) -> Ids {
        Ids { gid, ..self }
    }

    /// This user, with another supplementary group.
    pub const fn with_group(self, group: u32) -> Ids {
        Ids { group, ..self }
    }

    /// Makes this process that user; there is no way back.
    pub fn assume(self) {
        let Ids { uid, gid, group } = self;
        // On the Hurd there is one list of groups, with the effective one in front: setresgid(2)
        // would replace a list of one.
        let groups = [gid, group];
        // SAFETY: two group ids are at `groups`; the rest are numbers.
        let changed = unsafe {
            libc::setresgid(gid, gid, gid) == 0
                && libc::setgroups(groups.len() as _, groups.as_ptr()) == 0
                && libc::setresuid(uid, uid, uid) == 0
        };
        assert!(changed, "cannot become {self:?}: {:?}", Errno::last());
    }
}

/// Sets the effective user id alone; the others stay.
pub fn set_effective_uid(uid: u32) {
    // SAFETY: a number.
    let changed = unsafe { libc::seteuid(uid) };
    assert_eq!(changed, 0, "seteuid: {:?}", Errno::last());
}

/// Sets real, effective and saved user id apart.
pub fn set_uids(real: u32, effective: u32, saved: u32) {
    // SAFETY: numbers.
    let changed = unsafe { libc::setresuid(real, effective, saved) };
    assert_eq!(changed, 0, "setresuid: {:?}", Errno::last());
}

/// Whether a child that does this is stopped by a memory fault, SIGSEGV or SIGBUS.
pub fn faults(access: impl FnOnce()) -> bool {
    extern "C" fn leave(_signal: c_int) {
        exit_now(FAULTED);
    }
    let child = Child::fork(|_| {
        for signal in [libc::SIGSEGV, libc::SIGBUS] {
            // SAFETY: all zeroes is a struct sigaction: no flags, an empty mask.
            let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
            action.sa_sigaction = leave as extern "C" fn(c_int) as libc::sighandler_t;
            // SAFETY: `leave` only calls _exit, which a handler may.
            let failed = unsafe { libc::sigaction(signal, &action, ptr::null_mut()) };
            assert_eq!(failed, 0, "sigaction");
        }
        access();
    });
    match child.wait() {
        Status::Exited(0) => false,
        Status::Exited(FAULTED) => true,
        other => panic!("neither a fault nor none: {other:?}"),
    }
}

/// Gives a signal its default action back: Rust's runtime watches for stack overflow.
pub fn set_default_action(signal: c_int) {
    // SAFETY: the default action runs no code of ours.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

/// Blocks a signal in this thread.
pub fn block(signal: c_int) {
    let mut set = MaybeUninit::uninit();
    // SAFETY: sigemptyset makes a set of it first.
    let blocked = unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), ptr::null_mut())
    };
    assert_eq!(blocked, 0, "pthread_sigmask");
}

/// Waits for a blocked signal.
pub fn wait_for_signal(signal: c_int) {
    let mut set = MaybeUninit::uninit();
    let mut got = 0;
    // SAFETY: sigemptyset makes a set of it first; `got` is an int.
    let failed = unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::sigwait(set.as_ptr(), &mut got)
    };
    assert_eq!((failed, got), (0, signal), "sigwait");
}

/// abort(3), kill(2) of oneself and the like end a child by a signal; without a core file.
pub fn raise(signal: c_int) -> ! {
    let _ = super::memory::set_limit(super::memory::Resource::Core, 0);
    set_default_action(signal);
    // SAFETY: a signal to this thread, whose default action ends the process.
    unsafe { libc::raise(signal) };
    exit_now(PANICKED)
}

/// exit(3), which runs the C library's handlers.
pub fn exit_through_libc() -> ! {
    // SAFETY: the child has one thread; handlers of the parent's find nothing of theirs to do.
    unsafe { libc::exit(0) }
}

/// This program, to be executed again in a role.
pub struct Program {
    path: CString,
    /// The file is ours, and goes with this.
    copied: bool,
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.copied {
            // SAFETY: a string.
            unsafe { libc::unlink(self.path.as_ptr()) };
        }
    }
}

impl Program {
    /// Finds the program's file; the Hurd may have no /proc, there the command's name tells.
    pub fn this() -> Program {
        let path = std::env::current_exe()
            .or_else(|_| std::path::absolute(std::env::args_os().next().unwrap_or_default()))
            .expect("the name of this program");
        Program {
            path: CString::new(path.into_os_string().into_encoded_bytes()).expect("a path"),
            copied: false,
        }
    }

    /// A copy of the program that runs with the ids of its owner `uid`; removed with the answer.
    pub fn set_user_id(uid: u32) -> Program {
        use std::os::unix::fs::{PermissionsExt, chown};
        let name = format!("shm-test-{}-{uid}", super::pid());
        let path = std::env::temp_dir().join(name);
        let this = Program::this();
        std::fs::copy(this.path.to_str().expect("a path in UTF-8"), &path).expect("copy");
        chown(&path, Some(uid), None).expect("chown");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o4755)).expect("chmod");
        Program {
            path: CString::new(path.into_os_string().into_encoded_bytes()).expect("a path"),
            copied: true,
        }
    }

    /// execv(3) as a helper; the environment stays, with a preloaded library if there is one.
    pub fn exec(&self, role: &CStr, numbers: [i32; 3]) -> ! {
        let numbers = numbers.map(decimal);
        let name = CString::new(super::ROLE).expect("a name");
        let arguments = arguments(&name, role, &numbers);
        // SAFETY: a null-terminated array of strings.
        unsafe { libc::execv(self.path.as_ptr(), arguments.as_ptr()) };
        panic!("execv: {:?}", Errno::last());
    }

    /// posix_spawn(3) of a helper; its process id.
    pub fn spawn(&self, role: &CStr, numbers: [i32; 3]) -> libc::pid_t {
        unsafe extern "C" {
            static environ: *const *mut c_char;
        }
        let numbers = numbers.map(decimal);
        let name = CString::new(super::ROLE).expect("a name");
        let arguments = arguments(&name, role, &numbers);
        let mut pid = 0;
        // SAFETY: null-terminated arrays of strings, and no attributes.
        let error = unsafe {
            libc::posix_spawn(
                &mut pid,
                self.path.as_ptr(),
                ptr::null(),
                ptr::null(),
                arguments.as_ptr().cast(),
                environ,
            )
        };
        assert_eq!(error, 0, "posix_spawn: {:?}", Errno(error));
        pid
    }
}

/// A number as C's string.
fn decimal(number: i32) -> CString {
    CString::new(number.to_string()).expect("digits")
}

fn arguments(name: &CStr, role: &CStr, numbers: &[CString; 3]) -> [*const c_char; 6] {
    let [first, second, third] = numbers;
    [
        name.as_ptr(),
        role.as_ptr(),
        first.as_ptr(),
        second.as_ptr(),
        third.as_ptr(),
        ptr::null(),
    ]
}

/// What the role `stat` tells: its process id and what IPC_STAT said first thing.
pub type Report = (i32, Result<ShmidDs, Errno>);

/// A helper's whole life, in place of the test harness. Runs before Rust's `main`.
pub fn play_role(argument: impl Fn(usize) -> Option<&'static CStr>) -> ! {
    let number = |index| -> i32 {
        argument(index)
            .and_then(|text| text.to_str().ok()?.parse().ok())
            .unwrap_or(-1)
    };
    finish(|| {
        let link = Link {
            rx: number(2),
            tx: number(3),
        };
        let id = number(4);
        match argument(1).map(CStr::to_bytes) {
            // Tells what IPC_STAT says in the new image, then waits to be let go.
            Some(b"stat") => {
                link.send::<Report>((super::pid(), client::stat(id)));
                link.pause();
            }
            // Tells who it is, then waits to be let go.
            Some(b"ids") => {
                link.send((super::pid(), super::effective_uid()));
                link.pause();
            }
            // Attaches where it is told, and tells where that was.
            Some(b"attach") => {
                let wanted: usize = link.recv();
                let at = super::attach(id, ptr::without_provenance(wanted), 0);
                link.send(at.map(|base| base.addr()));
                link.pause();
            }
            // Attaches and exits with what it finds in the first byte.
            Some(b"read") => match super::attach(id, ptr::null(), 0) {
                Ok(base) => exit_now(i32::from(super::memory::peek(base))),
                Err(_) => exit_now(PANICKED),
            },
            _ => exit_now(PANICKED),
        }
    })
}
