// SPDX-License-Identifier: GPL-2.0-or-later
//! This task, the other boot modules, and tasks made at run time.

use alloc::boxed::Box;
use core::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use gnumach::error::{Kern, check};
use gnumach::right::{NULL, Name, ReceiveRight, SendRight, valid};
use gnumach::sys;

use crate::args;
use crate::heap::{map, release_inherited_heap, unmap, with_heap_held};
use crate::memory::PAGE;
use crate::message::{self, Received};
use crate::mig_support::{forget_names, mach_task_self};
use crate::println;
use crate::thread::{self, Stack, Work};
use crate::trap;

/// Stack of a forked task's first thread.
const STACK: usize = 256 * 1024;

/// Ends this task.
pub fn exit() -> ! {
    loop {
        // SAFETY: nothing runs in this task afterwards.
        unsafe { trap::syscall_task_terminate(mach_task_self()) };
    }
}

/// The port that this task got from the task that started it; `None` in the first program of a boot.
#[must_use]
pub fn bootstrap() -> Option<SendRight> {
    let mut port = NULL;
    // SAFETY: `port` is a valid out-pointer; we own the reference that comes with it.
    let code = unsafe {
        sys::mig_k_task_get_special_port(mach_task_self(), sys::TASK_BOOTSTRAP_PORT as _, &mut port)
    };
    // SAFETY: as above.
    (code == 0 && valid(port)).then(|| unsafe { SendRight::from_raw(port) })
}

fn set_special_port(task: Name, which: u32, port: &SendRight) -> Result<(), Kern> {
    // SAFETY: hands the kernel a copy of a right that we hold.
    check(unsafe { sys::mig_k_task_set_special_port(task, which as _, port.name()) })
}

/// Lets a boot module go that the kernel has created and not started, with `bootstrap` as what
/// it gets from [`bootstrap`].
///
/// # Errors
/// `task` is no task, or it runs already.
pub fn start(task: Name, bootstrap: &SendRight) -> Result<(), Kern> {
    set_special_port(task, sys::TASK_BOOTSTRAP_PORT, bootstrap)?;
    // SAFETY: resumes another task.
    check(unsafe { sys::mig_k_task_resume(task) })
}

/// Has a thread of this task tell of its exceptions, as a panic would be told: without it the
/// kernel ends the task and says nothing. Tasks that this one makes without [`fork`] inherit the
/// arrangement; theirs are told too, and only they end.
pub(crate) fn tell_exceptions() -> Result<(), Kern> {
    let events = ReceiveRight::allocate()?;
    set_special_port(
        mach_task_self(),
        sys::TASK_EXCEPTION_PORT,
        &events.make_send()?,
    )?;
    let watch = move || {
        loop {
            let received = message::receive(&events, 1_000_000);
            let Ok(Received::Exception {
                kind,
                code,
                subcode,
                thread,
                task,
            }) = received
            else {
                continue;
            };
            let task = task.map_or(NULL, |task| task.into_raw());
            let own = task == mach_task_self();
            let at = thread.map_or(0, |thread| thread::instruction(&thread));
            println!(
                "{} {}: exception {kind}, code {code}, address {subcode:#x}, instruction {at:#x}",
                if own { "bare panic:" } else { "a task made by" },
                args::program(),
            );
            // SAFETY: the task's own fault ends it.
            unsafe { sys::mig_k_task_terminate(task) };
        }
    };
    thread::spawn(watch, 32 * 1024).map(drop)
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Its closure returned this.
    Returned(i32),
    /// It raised an exception (`mach/exception.h`) and was terminated for it. `code` is the
    /// kernel's return code and `subcode` the address, when memory was the matter.
    Exception {
        /// `EXC_BAD_ACCESS` and so on.
        kind: i32,
        /// `KERN_PROTECTION_FAILURE` and so on.
        code: i32,
        /// The address touched.
        subcode: i64,
    },
    /// It was terminated.
    Terminated,
}

/// Words in the page that parent and child share, but for two of ours.
const WORDS: usize = PAGE / size_of::<AtomicU32>() - 2;

/// A page of words, zero at first.
#[repr(C)]
struct Shared {
    words: [AtomicU32; WORDS],
    /// What the closure returned.
    result: AtomicI32,
    /// Whether it did, 0 or 1.
    returned: AtomicU32,
}

/// A task made by [`fork`]. Dropped, it is terminated.
#[derive(Debug)]
pub struct Child {
    task: SendRight,
    /// Gets the task's exceptions, and the notice of its death.
    events: ReceiveRight,
    shared: *mut u8,
}

// SAFETY: the page is reached through atomics only, and unmapped by the owner.
unsafe impl Send for Child {}

/// Makes a task with a copy of this one's memory, where `work` runs on a stack of its own, with
/// nothing but that copy: of this task's threads and port names it has none, so rights that
/// `work` has captured name nothing there, and a lock that another thread holds is never freed.
/// It finds `bootstrap` by [`bootstrap`](self::bootstrap()). Memory that was set
/// to be shared by inheritance is shared; so are the words that `work` is given and
/// [`Child::words`] shows.
///
/// # Errors
/// The kernel has no room.
pub fn fork(
    bootstrap: Option<&SendRight>,
    work: impl FnOnce(&'static [AtomicU32]) -> i32 + Send + 'static,
) -> Result<Child, Kern> {
    let stack = Stack::allocate(STACK)?;
    let page = map(PAGE);
    if page.is_null() {
        check(sys::KERN_RESOURCE_SHORTAGE as _)?;
    }
    let address = page.expose_provenance();
    // SAFETY: the page is ours.
    check(unsafe {
        sys::mig_k_vm_inherit(mach_task_self(), address, PAGE, sys::VM_INHERIT_SHARE as _)
    })?;
    let first: Work = Box::new(move || {
        // SAFETY: this is the only thread of the new task, and not inside the heap.
        unsafe { release_inherited_heap() };
        forget_names();
        // SAFETY: the page was mapped before the fork and is never unmapped here.
        let shared: &'static Shared = unsafe { &*core::ptr::with_exposed_provenance(address) };
        let result = work(&shared.words);
        shared.result.store(result, Ordering::Relaxed);
        shared.returned.store(1, Ordering::Release);
        exit()
    });
    let first = Box::into_raw(Box::new(first));
    let mut task = NULL;
    // SAFETY: `task` is a valid out-pointer.
    let made =
        with_heap_held(|| check(unsafe { sys::mig_k_task_create(mach_task_self(), 1, &mut task) }));
    let child = made.and_then(|()| {
        let child = Child {
            // SAFETY: the kernel has just given us this right.
            task: unsafe { SendRight::from_raw(task) },
            events: ReceiveRight::allocate()?,
            shared: page,
        };
        set_special_port(task, sys::TASK_EXCEPTION_PORT, &child.events.make_send()?)?;
        if let Some(port) = bootstrap {
            set_special_port(task, sys::TASK_BOOTSTRAP_PORT, port)?;
        }
        message::notify_death(&child.task, &child.events)?;
        // SAFETY: the new task has stack and closure where we have them; its closure ends it.
        let thread = unsafe { thread::start(task, &stack, first) }?;
        // SAFETY: the reference came with the thread.
        drop(unsafe { SendRight::from_raw(thread) });
        Ok(child)
    });
    // SAFETY: our copy of the closure, which only the child runs.
    drop(unsafe { Box::from_raw(first) });
    child
}

impl Child {
    /// The task's port.
    #[must_use]
    pub fn task(&self) -> &SendRight {
        &self.task
    }

    /// The words that parent and child share, all 0 at first.
    #[must_use]
    pub fn words(&self) -> &[AtomicU32] {
        &self.shared().words
    }

    fn shared(&self) -> &Shared {
        // SAFETY: the page is mapped until `self` is dropped, and all its words are atomic.
        unsafe { &*self.shared.cast() }
    }

    /// Terminates the task.
    pub fn kill(&self) {
        // SAFETY: a task of our own making.
        unsafe { sys::mig_k_task_terminate(self.task.name()) };
    }

    /// Waits at most so long for the task's end.
    ///
    /// # Errors
    /// `MACH_RCV_TIMED_OUT`: it goes on.
    pub fn wait(&self, milliseconds: u32) -> Result<Ending, Kern> {
        let mut exception = None;
        loop {
            match message::receive(&self.events, milliseconds)? {
                Received::Exception {
                    kind,
                    code,
                    subcode,
                    ..
                } => {
                    exception = Some(Ending::Exception {
                        kind,
                        code,
                        subcode,
                    });
                    self.kill();
                }
                Received::Death => {
                    let shared = self.shared();
                    let ended = match shared.returned.load(Ordering::Acquire) {
                        0 => Ending::Terminated,
                        _ => Ending::Returned(shared.result.load(Ordering::Relaxed)),
                    };
                    return Ok(exception.unwrap_or(ended));
                }
                Received::Note(_) => {}
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
        // SAFETY: mapped by `fork`; no reference outlives `self`.
        unsafe { unmap(self.shared, PAGE) };
    }
}
