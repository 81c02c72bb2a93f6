// SPDX-License-Identifier: GPL-2.0-or-later
//! Threads of this task.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::arch::naked_asm;
use core::fmt;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;

use gnumach::error::{Kern, check};
use gnumach::right::{NULL, Name, SendRight};
use gnumach::sync::{Event, Mutex};
use gnumach::sys;

use crate::heap::{map, unmap};
use crate::memory::PAGE;
use crate::mig_support::{mach_msg, mach_task_self};
use crate::trap::mach_reply_port;

/// Threads that ended, or will, and that nobody joins.
static DETACHED: Mutex<Vec<Thread>> = Mutex::new(Vec::new());

/// What a thread tells about its end.
struct End {
    /// Moves on when the thread has run its last instruction of use.
    ended: Event,
    /// The port on which the ended thread waits to be taken away.
    park: AtomicU32,
}

/// A thread, its stack, and its end. Not released on drop: see [`Thread::take_away`].
struct Thread {
    name: Name,
    stack: Stack,
    end: Arc<End>,
}

impl Thread {
    fn has_ended(&self) -> bool {
        self.end.ended.read() != 0
    }

    /// Terminates the thread, which has ended, and releases all it had.
    fn take_away(self) {
        let (base, size) = (self.stack.base.expose_provenance(), self.stack.size);
        core::mem::forget(self.stack);
        // SAFETY: the thread is parked, or about to be, on a port that is its own, and uses
        // its stack for nothing else. The call stops it before it unmaps the stack.
        unsafe {
            sys::mig_k_thread_terminate_release(
                self.name,
                mach_task_self(),
                self.name,
                self.end.park.load(Ordering::Acquire),
                base,
                size,
            )
        };
    }
}

/// Pages for a stack.
pub(crate) struct Stack {
    base: *mut u8,
    size: usize,
}

// SAFETY: the range is owned, and reached by nobody but the thread that runs on it.
unsafe impl Send for Stack {}

impl Stack {
    pub(crate) fn allocate(size: usize) -> Result<Self, Kern> {
        let size = size.next_multiple_of(PAGE);
        let base = map(size);
        if base.is_null() {
            check(sys::KERN_RESOURCE_SHORTAGE as _)?;
        }
        Ok(Self { base, size })
    }

    /// Where a thread's stack pointer is at the first instruction of a function.
    fn top(&self) -> u64 {
        (self.base.expose_provenance() + self.size - 8) as u64
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: allocated by `map` with this size; no thread runs on it.
        unsafe { unmap(self.base, self.size) };
    }
}

/// What a new thread is given: a boxed closure behind a thin pointer.
pub(crate) type Work = Box<dyn FnOnce() + Send>;

extern "C" fn run(work: *mut Work) -> ! {
    // SAFETY: `start` leaked the box for this thread alone.
    let work = unsafe { Box::from_raw(work) };
    work();
    // Threads end in `spawn`'s closure, tasks in `fork`'s.
    unreachable!("a thread's closure returned")
}

#[unsafe(naked)]
extern "C" fn entry() {
    naked_asm!("mov rdi, rbx", "xor ebp, ebp", "sub rsp, 8", "and rsp, -16", "call {run}", "ud2", run = sym run)
}

/// Creates a thread in `task`, this one or one that has a copy of its memory, and sets it off.
/// Returns its name and the leaked closure.
///
/// # Safety
/// The stack outlives the thread, and `work` never returns. `work` was leaked from a box, and
/// `task` has it where this task has it.
pub(crate) unsafe fn start(task: Name, stack: &Stack, work: *mut Work) -> Result<Name, Kern> {
    let mut thread = NULL;
    // SAFETY: `thread` is a valid out-pointer.
    check(unsafe { sys::mig_k_thread_create(task, &mut thread) })?;
    let address = entry as extern "C" fn() as usize as u64;
    let mut state = sys::i386_thread_state {
        rip: address,
        rbx: work.expose_provenance() as u64,
        rsp: stack.top(),
        ursp: stack.top(),
        ..Default::default()
    };
    // SAFETY: the state is as large as its flavor's count says; the caller vouches for what
    // the thread will find.
    check(unsafe {
        sys::mig_k_thread_set_state(
            thread,
            sys::i386_THREAD_STATE as _,
            (&raw mut state).cast(),
            sys::i386_THREAD_STATE_COUNT,
        )
    })?;
    // SAFETY: the thread is complete.
    check(unsafe { sys::mig_k_thread_resume(thread) })?;
    Ok(thread)
}

/// Where a thread stands that does not run.
pub(crate) fn instruction(thread: &SendRight) -> u64 {
    let mut state = sys::i386_thread_state::default();
    let mut count = sys::i386_THREAD_STATE_COUNT;
    // SAFETY: the state is as large as its count says.
    unsafe {
        sys::mig_k_thread_get_state(
            thread.name(),
            sys::i386_THREAD_STATE as _,
            (&raw mut state).cast(),
            &mut count,
        )
    };
    state.rip
}

/// A thread to be waited for. Dropped, the thread runs on.
pub struct JoinHandle(Option<Thread>);

impl fmt::Debug for JoinHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JoinHandle").field(&self.name()).finish()
    }
}

impl JoinHandle {
    /// The name of the thread's port, which this task keeps while the thread is.
    #[must_use]
    pub fn name(&self) -> Name {
        self.0.as_ref().map_or(NULL, |thread| thread.name)
    }

    /// Waits for the thread's end and releases what it had.
    pub fn join(mut self) {
        if let Some(thread) = self.0.take() {
            while !thread.has_ended() {
                thread.end.ended.wait(0, Duration::from_secs(1));
            }
            thread.take_away();
        }
    }
}

impl Drop for JoinHandle {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            DETACHED.lock().push(thread);
        }
    }
}

/// Runs `work` in a new thread with a stack of `stack_size` bytes.
///
/// # Errors
/// The kernel has no memory for it.
pub fn spawn(work: impl FnOnce() + Send + 'static, stack_size: usize) -> Result<JoinHandle, Kern> {
    let ended: Vec<Thread> = DETACHED
        .lock()
        .extract_if(.., |thread| thread.has_ended())
        .collect();
    ended.into_iter().for_each(Thread::take_away);

    let stack = Stack::allocate(stack_size)?;
    let end = Arc::new(End {
        ended: Event::new(),
        park: AtomicU32::new(NULL),
    });
    let told = Arc::clone(&end);
    let work: Work = Box::new(move || {
        work();
        park(told)
    });
    let work = Box::into_raw(Box::new(work));
    // SAFETY: the stack goes with the thread in `take_away`; the closure ends in `park`.
    match unsafe { start(mach_task_self(), &stack, work) } {
        Ok(name) => Ok(JoinHandle(Some(Thread { name, stack, end }))),
        Err(error) => {
            // SAFETY: no thread got it.
            drop(unsafe { Box::from_raw(work) });
            Err(error)
        }
    }
}

/// The last of a thread: it cannot free the stack it runs on, nor the port of its last
/// message, so it says so and waits for another thread to do both.
fn park(end: Arc<End>) -> ! {
    let port = mach_reply_port();
    end.park.store(port, Ordering::Release);
    end.ended.signal();
    drop(end);
    let mut message = [0_u64; 8];
    loop {
        // SAFETY: receives into a buffer of the size given; nobody can send to this port.
        unsafe {
            mach_msg(
                message.as_mut_ptr().cast(),
                sys::MACH_RCV_MSG,
                0,
                size_of_val(&message) as u32,
                port,
                0,
                NULL,
            )
        };
    }
}
