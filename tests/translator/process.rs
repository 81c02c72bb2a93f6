// SPDX-License-Identifier: GPL-2.0-or-later
//! Forked children, and what holds of other processes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use gnumach::right::{NULL, SendRight, valid};
use gnumach::trap;
use hurd_sys as sys;

/// A child, killed and reaped when dropped.
pub struct Child {
    pid: i32,
    reaped: bool,
}

/// Runs `body` in a forked child. A panic there makes its status 101.
pub fn fork(body: impl FnOnce()) -> Child {
    // SAFETY: tests run one at a time, so that no other thread holds a lock.
    match unsafe { libc::fork() } {
        -1 => panic!("fork: {}", std::io::Error::last_os_error()),
        0 => {
            // The harness would keep what is said of it in this process.
            std::panic::set_hook(Box::new(|panic| {
                let line = format!("a child: {panic}\n");
                // SAFETY: a string and its length.
                unsafe { libc::write(2, line.as_ptr().cast(), line.len()) };
            }));
            let ended = catch_unwind(AssertUnwindSafe(body));
            // SAFETY: ends the process.
            unsafe { libc::_exit(if ended.is_ok() { 0 } else { 101 }) }
        }
        pid => Child { pid, reaped: false },
    }
}

impl Child {
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Its status: 0 if all went well.
    pub fn wait(mut self) -> i32 {
        self.reap()
    }

    pub fn kill(mut self) {
        // SAFETY: our own child, not yet waited for.
        unsafe { libc::kill(self.pid, libc::SIGKILL) };
        self.reap();
    }

    fn reap(&mut self) -> i32 {
        let mut status = 0;
        // SAFETY: a valid out-pointer.
        unsafe { libc::waitpid(self.pid, &mut status, 0) };
        self.reaped = true;
        status
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.reaped {
            // SAFETY: our own child, not yet waited for.
            unsafe { libc::kill(self.pid, libc::SIGKILL) };
            self.reap();
        }
    }
}

/// A child that does `body` and passes. What it prints is seen with the test's.
pub fn in_child(body: impl FnOnce()) {
    assert_eq!(fork(body).wait(), 0, "the child failed");
}

/// Two ends of a pipe.
pub struct Pipe {
    ends: [i32; 2],
}

impl Pipe {
    pub fn new() -> Self {
        let mut ends = [0; 2];
        // SAFETY: room for two.
        assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
        Self { ends }
    }

    /// Waits for a byte; `false` when all writers are gone.
    pub fn read(&self) -> bool {
        let mut byte = 0_u8;
        // SAFETY: room for one byte.
        unsafe { libc::read(self.ends[0], (&raw mut byte).cast(), 1) == 1 }
    }

    pub fn write(&self) {
        // SAFETY: one byte.
        let written = unsafe { libc::write(self.ends[1], c"x".as_ptr().cast(), 1) };
        assert_eq!(written, 1);
    }

    pub fn close_writer(&self) {
        // SAFETY: ours, and not used again.
        unsafe { libc::close(self.ends[1]) };
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // SAFETY: ours; one may be closed already, with no thread to open another meanwhile.
        unsafe {
            libc::close(self.ends[0]);
            libc::close(self.ends[1]);
        }
    }
}

/// What a process holds: names of rights, and bytes of memory. Address space says nothing:
/// malloc reserves 64 MiB for each new thread or so.
#[derive(Clone, Copy, Debug)]
pub struct Holdings {
    pub names: usize,
    /// To be printed: send rights, receive rights, send-once rights, port sets and dead names. A name may be a
    /// send and a receive right.
    #[allow(dead_code, reason = "it is printed")]
    pub kinds: [usize; 5],
    pub threads: usize,
    pub resident_bytes: u64,
}

/// The task of a process; we are root.
fn task_of(pid: i32) -> Option<SendRight> {
    let mut task = NULL;
    // SAFETY: a valid out-pointer; references are ours.
    unsafe {
        let server = SendRight::from_raw(sys::getproc());
        let code = sys::proc_pid2task(server.name(), pid, &mut task);
        (code == 0 && valid(task)).then(|| SendRight::from_raw(task))
    }
}

/// Whether a process runs: one that nobody waits for has a pid still, but no task.
pub fn alive(pid: i32) -> bool {
    task_of(pid).is_some_and(|task| {
        let mut kind = 0;
        // SAFETY: a valid out-pointer.
        let code = unsafe {
            gnumach::sys::mig_k_mach_port_type(trap::mach_task_self(), task.name(), &mut kind)
        };
        code == 0 && kind & (1 << (gnumach::sys::MACH_PORT_RIGHT_SEND + 16)) != 0
    })
}

/// Asks the kernel about a process.
pub fn holdings(pid: i32) -> Holdings {
    let task = task_of(pid).unwrap();
    let mut info = sys::task_basic_info::default();
    let mut size = (size_of::<sys::task_basic_info>() / 4) as u32;
    let (mut names, mut kinds) = (std::ptr::null_mut(), std::ptr::null_mut());
    let (mut count, mut kind_count) = (0, 0);
    let by_kind;
    // SAFETY: valid out-pointers; the two arrays lie in pages of their own, which are ours.
    unsafe {
        assert_eq!(
            sys::task_info(
                task.name(),
                sys::TASK_BASIC_INFO as _,
                (&raw mut info).cast(),
                &mut size
            ),
            0
        );
        assert_eq!(
            sys::mach_port_names(
                task.name(),
                &mut names,
                &mut count,
                &mut kinds,
                &mut kind_count
            ),
            0
        );
        let kinds: &[u32] = std::slice::from_raw_parts(kinds.cast(), kind_count as usize);
        let of_kind = |kind: usize| {
            kinds
                .iter()
                .filter(move |name| **name >> 16 & (1 << kind) != 0)
        };
        by_kind = std::array::from_fn(|kind| of_kind(kind).count());
        for (pages, count) in [(names.addr(), count), (kinds.as_ptr().addr(), kind_count)] {
            trap::vm_deallocate(
                trap::mach_task_self(),
                pages as _,
                4 * count as gnumach::sys::vm_size_t,
            );
        }
    }
    Holdings {
        names: count as usize,
        kinds: by_kind,
        threads: threads(&task),
        resident_bytes: info.resident_size as u64,
    }
}

fn threads(task: &SendRight) -> usize {
    each_thread(task, |_| ()).len()
}

/// What `look` answers for each thread of a task.
fn each_thread<T>(task: &SendRight, look: impl Fn(&SendRight) -> T) -> Vec<T> {
    let mut list = std::ptr::null_mut();
    let mut count = 0;
    // SAFETY: valid out-pointers; the array and the rights in it are ours.
    unsafe {
        assert_eq!(
            gnumach::sys::mig_k_task_threads(task.name(), &mut list, &mut count),
            0
        );
        let threads = std::slice::from_raw_parts(list, count as usize);
        let answers = threads
            .iter()
            .map(|&thread| look(&SendRight::from_raw(thread)));
        let answers = answers.collect();
        let bytes = 4 * count as gnumach::sys::vm_size_t;
        trap::vm_deallocate(trap::mach_task_self(), list.addr() as _, bytes);
        answers
    }
}

/// The priorities of a process's threads: 0 is the best.
#[allow(dead_code, reason = "not every suite asks")]
pub fn priorities(pid: i32) -> Vec<i32> {
    each_thread(&task_of(pid).unwrap(), |thread| {
        let mut info = sys::thread_sched_info::default();
        let mut size = (size_of::<sys::thread_sched_info>() / 4) as u32;
        let flavor = sys::THREAD_SCHED_INFO as _;
        // SAFETY: room for so many words.
        let code =
            unsafe { sys::thread_info(thread.name(), flavor, (&raw mut info).cast(), &mut size) };
        assert_eq!(code, 0);
        info.base_priority
    })
}

/// Makes this process, a child with one thread, one of this user and nobody else's.
pub fn become_user(user: u32) {
    // SAFETY: plain numbers.
    let failed = unsafe { libc::setgroups(0, std::ptr::null()) | libc::setgid(user) };
    // SAFETY: as above.
    assert_eq!(failed | unsafe { libc::setuid(user) }, 0);
}

/// Makes this process one with these effective ids and no others.
pub fn take_ids(uids: &[u32], gids: &[u32]) {
    let mut auth = NULL;
    // SAFETY: arrays with their lengths, a valid out-pointer, and references that are ours.
    unsafe {
        let own = SendRight::from_raw(sys::getauth());
        let none = [0_u32; 0];
        let code = sys::auth_makeauth(
            own.name(),
            std::ptr::null(),
            gnumach::sys::MACH_MSG_TYPE_COPY_SEND,
            0,
            uids.as_ptr(),
            uids.len() as _,
            none.as_ptr(),
            0,
            gids.as_ptr(),
            gids.len() as _,
            none.as_ptr(),
            0,
            &mut auth,
        );
        assert_eq!(code, 0);
        let auth = SendRight::from_raw(auth);
        assert_eq!(sys::setauth(auth.name()), 0);
    }
}
