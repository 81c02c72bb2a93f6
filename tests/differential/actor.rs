// SPDX-License-Identifier: GPL-2.0-or-later
//! Helper processes: each makes the calls it is told over a pipe, as the user it is
//! told to be.

use std::io;
use std::mem::MaybeUninit;
use std::ptr;

/// Processes in a sequence, children included.
pub const ACTORS: usize = 8;

/// What to do; the arguments are in [`Request::args`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Call {
    /// key, size, flags.
    Get,
    /// id, address, flags.
    Attach,
    /// address.
    Detach,
    /// id, command, uid, gid, mode.
    Control,
    /// address, size.
    Unmap,
    /// address, size: something else goes there.
    Overmap,
    /// uid, gid, supplementary group or 0.
    Become,
    /// number of the child.
    Fork,
    /// pid: wait for it.
    Reap,
    /// Exec of a program that ends at once.
    Exec,
    /// _exit(2).
    Exit,
}

/// One call.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Request {
    pub call: Call,
    pub args: [u64; 5],
}

/// A result, or minus errno.
pub type Reply = i64;

/// The pipes of all actors, made before any is forked, for a child is forked by an
/// actor.
pub struct Actors {
    pipes: [Pipes; ACTORS],
    /// Children of this process.
    pids: Vec<i32>,
}

#[derive(Clone, Copy)]
struct Pipes {
    requests: [i32; 2],
    replies: [i32; 2],
}

/// Enters an IPC namespace of its own, which begins with Linux's default limits.
pub fn isolate() -> io::Result<()> {
    // SAFETY: no pointers.
    check(unsafe { libc::unshare(libc::CLONE_NEWIPC) }.into()).map(drop)
}

impl Actors {
    pub fn new() -> io::Result<Self> {
        let mut pipes = [Pipes {
            requests: [0; 2],
            replies: [0; 2],
        }; ACTORS];
        for Pipes { requests, replies } in &mut pipes {
            for pipe in [requests, replies] {
                // SAFETY: room for two descriptors.
                check(unsafe { libc::pipe2(pipe.as_mut_ptr(), libc::O_CLOEXEC) }.into())?;
            }
        }
        Ok(Self {
            pipes,
            pids: Vec::new(),
        })
    }

    /// Forks the actor `number` and returns its process id.
    pub fn start(&mut self, number: usize) -> i32 {
        // SAFETY: this process has one thread, so the child may do anything.
        match unsafe { libc::fork() } {
            0 => serve(&self.pipes, number),
            pid => {
                assert!(pid > 0, "fork: {}", io::Error::last_os_error());
                self.pids.push(pid);
                pid
            }
        }
    }

    /// Has it done and returns the result. A call after which the actor is no more is
    /// answered with 0 at once.
    pub fn call(&self, number: usize, call: Call, args: &[u64]) -> Reply {
        let mut request = Request { call, args: [0; 5] };
        request.args[..args.len()].copy_from_slice(args);
        let Pipes { requests, replies } = self.pipes[number];
        put(requests[1], &request);
        if matches!(call, Call::Exec | Call::Exit) {
            return 0;
        }
        take(replies[0]).expect("the actor is there")
    }
}

impl Drop for Actors {
    fn drop(&mut self) {
        for &pid in &self.pids {
            // SAFETY: no pointers but a null one; the process is our child.
            unsafe {
                libc::kill(pid, libc::SIGKILL);
                libc::waitpid(pid, ptr::null_mut(), 0);
            }
        }
        for Pipes { requests, replies } in self.pipes {
            for descriptor in [requests, replies].concat() {
                // SAFETY: it is ours, and closed once.
                unsafe { libc::close(descriptor) };
            }
        }
    }
}

/// An actor's life, which ends with the test's: only the test can write requests.
fn serve(pipes: &[Pipes; ACTORS], mut number: usize) -> ! {
    for pipe in pipes {
        // SAFETY: this process was forked just now and has no other use for them.
        unsafe { libc::close(pipe.requests[1]) };
    }
    while let Some(Request {
        call,
        args: [a, b, c, d, e],
    }) = take(pipes[number].requests[0])
    {
        // SAFETY: the calls take what a test may pass: they fail or touch only memory that
        // the sequence mapped; buffers are locals of the right type.
        let result = unsafe {
            match call {
                Call::Get => libc::shmget(a as i32, b as usize, c as i32).into(),
                Call::Attach => libc::shmat(a as i32, b as *const _, c as i32) as i64,
                Call::Detach => libc::shmdt(a as *const _).into(),
                Call::Control => control(a as i32, b as i32, [c as u32, d as u32, e as u32]),
                Call::Unmap => libc::munmap(a as *mut _, b as usize).into(),
                Call::Overmap => {
                    let flags = libc::MAP_FIXED | libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
                    libc::mmap(a as *mut _, b as usize, libc::PROT_NONE, flags, -1, 0) as i64
                }
                Call::Become => become_user(a as u32, b as u32, c as u32),
                Call::Fork => match libc::fork() {
                    0 => {
                        number = a as usize;
                        continue;
                    }
                    pid => pid.into(),
                },
                Call::Reap => libc::waitpid(a as i32, ptr::null_mut(), 0).into(),
                Call::Exec => {
                    let name = c"/bin/true".as_ptr();
                    libc::execv(name, [name, ptr::null()].as_ptr());
                    libc::_exit(127)
                }
                Call::Exit => libc::_exit(0),
            }
        };
        let reply = check(result)
            .unwrap_or_else(|error| -i64::from(error.raw_os_error().unwrap_or(libc::EIO)));
        put(pipes[number].replies[1], &reply);
    }
    // SAFETY: no pointers.
    unsafe { libc::_exit(0) }
}

/// shmctl(2) that shows nothing.
fn control(id: i32, command: i32, [uid, gid, mode]: [u32; 3]) -> i64 {
    // SAFETY: all zeros are a value of this type.
    let mut ds: libc::shmid_ds = unsafe { MaybeUninit::zeroed().assume_init() };
    (ds.shm_perm.uid, ds.shm_perm.gid) = (uid, gid);
    ds.shm_perm.mode = mode as _;
    // SAFETY: `ds` is large enough for every command used.
    unsafe { libc::shmctl(id, command, &raw mut ds) }.into()
}

/// Effective ids only: root again in between.
fn become_user(uid: u32, gid: u32, group: u32) -> i64 {
    let groups = [group];
    // Straight calls: libc's would tell every thread, and there are no others.
    // SAFETY: the pointers are to locals.
    unsafe {
        let same = u32::MAX;
        libc::syscall(libc::SYS_setresuid, same, 0, same)
            | libc::syscall(libc::SYS_setresgid, same, gid, same)
            | libc::syscall(
                libc::SYS_setgroups,
                usize::from(group != 0),
                groups.as_ptr(),
            )
            | libc::syscall(libc::SYS_setresuid, same, uid, same)
    }
}

/// The result of a C call, or errno.
pub fn check(result: i64) -> io::Result<i64> {
    if result == -1 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

fn put<T: Copy>(descriptor: i32, value: &T) {
    let size = size_of::<T>();
    // SAFETY: `value` is that long; the reader reads the same type.
    let written = unsafe { libc::write(descriptor, ptr::from_ref(value).cast(), size) };
    assert_eq!(
        written,
        size as isize,
        "write: {}",
        io::Error::last_os_error()
    );
}

/// `None`: nobody will write any more.
fn take<T: Copy>(descriptor: i32) -> Option<T> {
    let mut value = MaybeUninit::<T>::uninit();
    let size = size_of::<T>();
    // SAFETY: `value` is that long.
    let read = unsafe { libc::read(descriptor, value.as_mut_ptr().cast(), size) };
    if read == 0 {
        return None;
    }
    assert_eq!(read, size as isize, "read: {}", io::Error::last_os_error());
    // SAFETY: the writer wrote a whole value of this type: smaller than a pipe's atomic size.
    Some(unsafe { value.assume_init() })
}
