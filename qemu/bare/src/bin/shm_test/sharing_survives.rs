// SPDX-License-Identifier: GPL-2.0-or-later
//! What the kernel does to memory that is shared must not un-share it.
//!
//! The kernel keeps a temporary object, as all anonymous memory and each region proxy of it
//! is, shared only as long as nobody copies from it or into it. The last test here runs the
//! same steps on a temporary object and sees them un-share it, so a segment on temporary
//! memory would not pass.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering};

use bare_rt::suite::{Outcome, Suite};
use bare_rt::task::{self, Child};
use bare_rt::{check, check_eq, println, thread};
use gnumach::error;
use gnumach::right::{NULL, ReceiveRight, SendRight};
use gnumach::{sys, trap};

use crate::ground::{Ground, PAGE, Told, pattern, reach, reaches, read, write};
use crate::message::{Message, receive};
use crate::vm::{self, READ, Task, WRITE};

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test(
        "sharing survives whatever the kernel does to a segment",
        segment_survives,
    );
    test(
        "sharing survives all of it in a row, twice",
        everything_in_a_row,
    );
    test(
        "two attachments of one task stay shared, whole and in part",
        two_attachments,
    );
    test(
        "a copy taken by vm_read keeps its content when the segment goes",
        copy_keeps,
    );
    test(
        "the same steps un-share temporary memory",
        temporary_memory_does_not_survive,
    );
}

/// Pages of the memory under test: more than a cluster, and no multiple of it.
const PAGES: u64 = 70;

/// Something the kernel is asked to do to `PAGES` pages at an address of this task.
struct Step {
    name: &'static str,
    /// Whether the other task is made before the step or after it.
    before: bool,
    act: fn(u64) -> Outcome,
}

const STEPS: &[Step] = &[
    Step {
        name: "vm_read of all",
        before: true,
        act: |at| copied(at, PAGES),
    },
    Step {
        name: "vm_read of all, then a fork",
        before: false,
        act: |at| copied(at, PAGES),
    },
    Step {
        name: "vm_read of a part",
        before: true,
        act: |at| copied(at + PAGE, 3),
    },
    Step {
        name: "vm_read of a part, then a fork",
        before: false,
        act: |at| copied(at + PAGE, 3),
    },
    Step {
        name: "an out-of-line send",
        before: true,
        act: sent,
    },
    Step {
        name: "an out-of-line send, then a fork",
        before: false,
        act: sent,
    },
    Step {
        name: "vm_write into a page",
        before: true,
        act: |at| overwritten(at + 2 * PAGE, 1),
    },
    Step {
        name: "vm_write, then a fork",
        before: false,
        act: |at| overwritten(at + 2 * PAGE, 1),
    },
    Step {
        name: "vm_copy into a part",
        before: true,
        act: moved_in,
    },
    Step {
        name: "mprotect of a part, then a fork",
        before: false,
        act: protected,
    },
    Step {
        name: "another fork",
        before: true,
        act: forked,
    },
    Step {
        name: "forks, a vm_read, a fork",
        before: false,
        act: forked_and_copied,
    },
    Step {
        name: "unmapping a part, then a fork",
        before: false,
        act: punched,
    },
];

fn copied(at: u64, pages: u64) -> Outcome {
    let copy = vm::copy_of(trap::mach_task_self(), at, pages * PAGE).told()?;
    check_eq!(read(copy.address), read(at));
    Ok(())
}

fn sent(at: u64) -> Outcome {
    let port = ReceiveRight::allocate().told()?;
    let right = port.make_send().told()?;
    Message::new(1)
        .out_of_line(sys::MACH_MSG_TYPE_BYTE, 8, (PAGES * PAGE) as u32, at)
        .send(right.name(), None, 1000)
        .told()?;
    // The receiver gets a copy, and drops it.
    receive(&port, 1000).told()?;
    Ok(())
}

fn overwritten(at: u64, pages: u64) -> Outcome {
    let this = trap::mach_task_self();
    let source = vm::allocate(this, 0, pages * PAGE).told()?;
    for page in 0..pages {
        write(source + page * PAGE, pattern(90, page));
    }
    let answer = vm::overwrite(this, at, source, pages * PAGE).told();
    vm::deallocate(this, source, pages * PAGE).told()?;
    answer?;
    check_eq!(read(at), pattern(90, 0));
    Ok(())
}

fn moved_in(at: u64) -> Outcome {
    let this = trap::mach_task_self();
    let source = vm::allocate(this, 0, 2 * PAGE).told()?;
    write(source, pattern(91, 0));
    // SAFETY: from memory of ours into the memory under test.
    let code = error::check(unsafe {
        sys::mig_k_vm_copy(this, source as _, (2 * PAGE) as _, (at + 4 * PAGE) as _)
    });
    vm::deallocate(this, source, 2 * PAGE).told()?;
    code.told()?;
    check_eq!(read(at + 4 * PAGE), pattern(91, 0));
    Ok(())
}

fn protected(at: u64) -> Outcome {
    let this = trap::mach_task_self();
    vm::protect(this, at + PAGE, PAGE, false, READ).told()?;
    vm::protect(this, at + PAGE, PAGE, false, READ | WRITE).told()
}

fn forked(_: u64) -> Outcome {
    drop(Task::inheriting().told()?);
    Ok(())
}

fn forked_and_copied(at: u64) -> Outcome {
    forked(at)?;
    copied(at + PAGE, 5)?;
    forked(at)?;
    write(at + PAGE, read(at + PAGE));
    copied(at, PAGES)
}

fn punched(at: u64) -> Outcome {
    vm::deallocate(trap::mach_task_self(), at + (PAGES - 1) * PAGE, PAGE).told()
}

/// Another task that has the memory by inheritance, and reads and writes there when told to.
struct Peer {
    child: Child,
    turn: u32,
}

const TURN: usize = 1;
const DONE: usize = 2;
const PLACE: usize = 3;
const VALUE: usize = 4;
const WRITES: usize = 5;

impl Peer {
    fn new(at: u64) -> Result<Self, String> {
        let child = task::fork(None, move |words| {
            let word = |n: usize| words[n].load(Ordering::Relaxed);
            for turn in 1.. {
                if !reaches(&words[TURN], turn) {
                    break;
                }
                let place = at + u64::from(word(PLACE)) * PAGE;
                if word(WRITES) == 1 {
                    write(place, word(VALUE).into());
                } else {
                    words[VALUE].store(read(place) as u32, Ordering::Relaxed);
                }
                reach(&words[DONE], turn);
            }
            0
        })
        .told()?;
        Ok(Self { child, turn: 0 })
    }

    fn word(&self, n: usize) -> &AtomicU32 {
        &self.child.words()[n]
    }

    fn ask(&mut self, page: u64, value: u32, writes: bool) -> Result<u32, String> {
        self.word(PLACE).store(page as u32, Ordering::Relaxed);
        self.word(VALUE).store(value, Ordering::Relaxed);
        self.word(WRITES).store(writes.into(), Ordering::Relaxed);
        self.turn += 1;
        reach(self.word(TURN), self.turn);
        check!(
            reaches(self.word(DONE), self.turn),
            "the peer is gone: {:?}",
            self.child.wait(0)
        );
        Ok(self.word(VALUE).load(Ordering::Relaxed))
    }

    /// The pages that the peer, the mapping it inherited (`at`) and another one of the same
    /// memory do not share any more.
    fn strays(&mut self, at: u64, other: u64, pages: u64, seed: u64) -> Result<Vec<u64>, String> {
        let mut strays = Vec::new();
        for page in 0..pages {
            let (ours, theirs) = (pattern(seed, page) as u32, pattern(seed + 1, page) as u32);
            write(at + page * PAGE, ours.into());
            let seen =
                self.ask(page, 0, false)? == ours && read(other + page * PAGE) == u64::from(ours);
            self.ask(page, theirs, true)?;
            let back = [at, other].map(|base| read(base + page * PAGE)) == [u64::from(theirs); 2];
            if !(seen && back) {
                strays.push(page);
            }
        }
        Ok(strays)
    }
}

/// Runs a step on memory at `at`, mapped at `other` too, and answers the pages that it un-shared.
fn strays_of(step: &Step, at: u64, other: u64) -> Result<Vec<u64>, String> {
    // All of it is there, and not for the first time.
    for page in 0..PAGES {
        write(at + page * PAGE, pattern(50, page));
    }
    let made = if step.before {
        Some(Peer::new(at)?)
    } else {
        None
    };
    (step.act)(at)?;
    let mut peer = match made {
        Some(peer) => peer,
        None => Peer::new(at)?,
    };
    // The last page may be the one that was unmapped.
    peer.strays(at, other, PAGES - 1, 60)
}

fn segment_survives(ground: &Ground) -> Outcome {
    for step in STEPS {
        let segment = ground.segment(PAGES * PAGE)?;
        let mapping = segment.attach(0, 0)?;
        let other = segment.attach(0, 0)?;
        let strays = strays_of(step, mapping.address(), other.address())?;
        check!(
            strays.is_empty(),
            "{} un-shares pages {strays:?}",
            step.name
        );
    }
    Ok(())
}

fn everything_in_a_row(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGES * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let other = segment.attach(0, 0)?;
    let (at, other) = (mapping.address(), other.address());
    let mut first = Peer::new(at)?;
    for round in 0..2 {
        for step in STEPS
            .iter()
            .filter(|step| !step.name.starts_with("unmapping"))
        {
            (step.act)(at)?;
            let strays = first.strays(at, other, PAGES, 70 + round)?;
            check!(
                strays.is_empty(),
                "round {round}, {}: {strays:?}",
                step.name
            );
            let strays = Peer::new(at)?.strays(at, other, PAGES, 80 + round)?;
            check!(
                strays.is_empty(),
                "round {round}, {}, new peer: {strays:?}",
                step.name
            );
        }
    }
    Ok(())
}

fn two_attachments(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGES * PAGE)?;
    let (one, two) = (segment.attach(0, 0)?, segment.attach(0, 0)?);
    let this = trap::mach_task_self();
    for round in 0..3 {
        // Never touched, half touched, all touched.
        for page in 0..round * PAGES / 2 {
            one.write(page * PAGE, pattern(round, page));
        }
        copied(one.address(), PAGES)?;
        overwritten(one.address() + 8 * PAGE, 20)?;
        copied(two.address() + 10 * PAGE, 2)?;
        forked(0)?;
        for page in 0..PAGES {
            check_eq!(one.read(page * PAGE), two.read(page * PAGE));
            two.write(page * PAGE, pattern(round + 10, page));
            check_eq!(one.read(page * PAGE), pattern(round + 10, page));
        }
    }
    // A vm_write from another task's side, with the range in pieces.
    vm::protect(this, two.address() + 30 * PAGE, PAGE, false, READ).told()?;
    vm::protect(this, two.address() + 30 * PAGE, PAGE, false, READ | WRITE).told()?;
    overwritten(two.address() + 25 * PAGE, 10)?;
    for page in 0..10 {
        check_eq!(one.read((25 + page) * PAGE), pattern(90, page));
    }
    check_eq!(segment.nattch()?, 2);
    Ok(())
}

fn copy_keeps(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGES * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    // Even pages only: the copy has to ask for the others.
    for page in (0..PAGES).step_by(2) {
        mapping.write(page * PAGE, pattern(40, page));
    }
    let copy = vm::copy_of(trap::mach_task_self(), mapping.address(), PAGES * PAGE).told()?;
    mapping.write(0, 1);
    mapping.write(PAGE, 1);
    mapping.detach().told()?;
    let id = segment.id;
    drop(segment);
    check!(ground.root.stat(id).is_err());
    for page in 0..PAGES {
        let wanted = if page % 2 == 0 { pattern(40, page) } else { 0 };
        check_eq!(read(copy.address + page * PAGE), wanted);
    }
    ground.answers()
}

/// The control: what the tests above would find if segments were temporary memory, shared by
/// region proxies.
///
/// The kernel needs a default pager to make these, and there is no way to take one back: this
/// is the last test of its boot.
pub fn temporary_memory_does_not_survive(ground: &Ground) -> Outcome {
    let _pager = DefaultPager::new(ground)?;
    let mut unshared = Vec::new();
    for step in STEPS {
        let (one, two) = proxied()?;
        let strays = strays_of(step, one, two);
        for at in [one, two] {
            vm::deallocate(trap::mach_task_self(), at, PAGES * PAGE).told()?;
        }
        let strays = strays.map_err(|why| format!("{}: {why}", step.name))?;
        if !strays.is_empty() {
            println!(
                "{} un-shares {} of {} pages",
                step.name,
                strays.len(),
                PAGES - 1
            );
            unshared.push(step.name);
        }
    }
    for begin in ["vm_read", "an out-of-line send", "vm_write"] {
        check!(
            unshared.iter().any(|name| name.starts_with(begin)),
            "{begin} should un-share temporary memory; only {unshared:?} did"
        );
    }
    Ok(())
}

/// Anonymous memory of this task, and a second mapping of it through a region proxy.
fn proxied() -> Result<(u64, u64), String> {
    let this = trap::mach_task_self();
    let size = PAGES * PAGE;
    // A page more, unmapped again, keeps the kernel from merging it with its neighbour.
    let at = vm::allocate(this, 0, size + PAGE).told()?;
    vm::deallocate(this, at + size, PAGE).told()?;
    vm::inherit(this, at, size, sys::VM_INHERIT_SHARE as _).told()?;
    // A region proxy of memory never touched panics the kernel.
    write(at, 0);
    let mut proxy = NULL;
    // SAFETY: a valid out-pointer.
    error::check(unsafe {
        sys::mig_k_vm_region_create_proxy(this, at as _, READ | WRITE, size as _, &mut proxy)
    })
    .told()?;
    // SAFETY: the kernel has just given us this right.
    let proxy = unsafe { SendRight::from_raw(proxy) };
    let mut second = 0;
    // SAFETY: maps where there is room.
    error::check(unsafe {
        trap::vm_map(
            this,
            &mut second,
            size as _,
            0,
            1,
            proxy.name(),
            0,
            0,
            READ | WRITE,
            READ | WRITE,
            sys::VM_INHERIT_SHARE as _,
        )
    })
    .told()?;
    Ok((at, second as u64))
}

/// What the kernel takes for its default pager: it is told of objects, and never asked for a
/// page, since there is memory enough.
struct DefaultPager {
    right: SendRight,
    thread: Option<thread::JoinHandle>,
}

impl DefaultPager {
    fn new(ground: &Ground) -> Result<Self, String> {
        let port = ReceiveRight::allocate().told()?;
        let right = port.make_send().told()?;
        let host = ground.control.host().told()?;
        let mut manager = right.name();
        // SAFETY: a valid in-out pointer.
        error::check(unsafe {
            sys::mig_k_vm_set_default_memory_manager(host.name(), &mut manager)
        })
        .told()?;
        let thread = thread::spawn(move || drain(&port), 32 * 1024).told()?;
        Ok(Self {
            right,
            thread: Some(thread),
        })
    }
}

impl Drop for DefaultPager {
    fn drop(&mut self) {
        let sent = Message::new(END).send(self.right.name(), None, 1000);
        if let (Ok(()), Some(thread)) = (sent, self.thread.take()) {
            thread.join();
        }
    }
}

/// Ends the thread.
const END: i32 = 1;

/// Receives, and keeps what comes: each message brings the port of an object, which dies with
/// it.
fn drain(port: &ReceiveRight) {
    loop {
        let mut words = [0_u64; 64];
        // SAFETY: the buffer is as large as said, and begins with a header once something came.
        let header = unsafe {
            trap::mach_msg(
                words.as_mut_ptr().cast(),
                sys::MACH_RCV_MSG as _,
                0,
                size_of_val(&words) as u32,
                port.name(),
                0,
                NULL,
            );
            words.as_ptr().cast::<sys::mach_msg_header_t>().read()
        };
        if header.msgh_id == END {
            return;
        }
    }
}
