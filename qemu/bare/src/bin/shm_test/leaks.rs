// SPDX-License-Identifier: GPL-2.0-or-later
//! What was used is given back: names, references, threads and pages of the server, and pages
//! of the machine.

use alloc::format;
use alloc::string::String;
use core::time::Duration;

use bare::client::{Holdings, is};
use bare_rt::clock;
use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq, println};
use gnumach::{sys, trap};
use shm::Error;
use shm::mach::pager::RESERVE_MAX;
use shm::wire::defs::{SYSVSHM_CREATE, SYSVSHM_EXCLUSIVE, SYSVSHM_REMAP};

use crate::ground::{Ground, PAGE, SOON, Told, check_refused, within, write};
use crate::message::Message;
use crate::vm::{self, Task};

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test(
        "1,000 clients killed while attached leave nothing behind",
        kill_rounds,
    );
    test(
        "100 processes killed while attached leave nothing behind",
        process_rounds,
    );
    test(
        "1,000 segments made and removed leave nothing behind",
        create_rounds,
    );
    test(
        "1,000 attaches and detaches leave nothing behind",
        attach_rounds,
    );
    test("1,000 forks leave nothing behind", fork_rounds);
    test(
        "1,000 refused calls of each kind leave nothing behind",
        refused_rounds,
    );
    test(
        "1,000 replies to clients that are gone leave nothing behind",
        undelivered_rounds,
    );
    test(
        "the pages of a destroyed segment go back to the machine",
        pages_return,
    );
    test(
        "pages that the server stored go back to the machine",
        stored_pages_return,
    );
    test("a large table is sent without a trace", list_rounds);
}

/// What is held at a moment.
#[derive(Debug)]
pub struct Level {
    held: Holdings,
    free: i64,
}

/// What may be held more than before and is no leak. A thousand of anything is one.
pub struct Tolerance {
    /// Names, and as many references and map entries: more calls at once take more reply ports,
    /// and more segments that end at once leave more objects for the next ones ([`RESERVE_MAX`]), with
    /// three names each.
    pub names: u32,
    /// Pages missing from the free list for the kernel's own reasons: stacks and objects that
    /// it keeps for the next who needs some.
    pub pages: i64,
}

const TOLERANCE: Tolerance = Tolerance {
    // How many objects the pager keeps when a test begins depends on how many segments ended at once
    // before.
    names: 4 + 3 * RESERVE_MAX as u32,
    pages: 600,
};
/// References of a client's task that the server collects before it gives them back in one call.
const SURPLUS: u64 = 256;
/// The server's heap grows in steps of so many bytes, and stays.
const HEAP_STEP: u64 = 512 * 1024;

impl Level {
    /// What is held once the server has done what it still had to.
    pub fn now(ground: &Ground) -> Result<Self, String> {
        let mut held = ground.control.holdings().told()?;
        for _ in 0..100 {
            clock::sleep(Duration::from_millis(20));
            let again = ground.control.holdings().told()?;
            if core::mem::replace(&mut held, again) == again {
                break;
            }
        }
        Ok(Self {
            held,
            free: vm::free_pages(),
        })
    }

    /// Threads of the server.
    pub fn threads(&self) -> u32 {
        self.held.threads
    }

    /// What is held more than `before` and `tolerated`, if anything.
    fn surplus(&self, before: &Self, tolerated: &Tolerance) -> Option<String> {
        let (new, old) = (&self.held, &before.held);
        let threads = new.threads.saturating_sub(old.threads);
        let names = 2 * threads + tolerated.names;
        let back = new.names <= old.names + names
            && new.references <= old.references + u64::from(names) + SURPLUS
            && new.regions <= old.regions + names
            && new.bytes <= old.bytes + HEAP_STEP + u64::from(threads) * 128 * 1024
            && self.free >= before.free - tolerated.pages - 8 * i64::from(threads);
        (!back).then(|| format!("{before:?} became {self:?}"))
    }

    /// Waits until no more than this is held.
    pub fn comes_back(&self, ground: &Ground) -> Outcome {
        self.comes_back_within(ground, &TOLERANCE)
    }

    /// Waits until no more than this and what is tolerated is held.
    pub fn comes_back_within(&self, ground: &Ground, tolerated: &Tolerance) -> Outcome {
        let surplus = || Self::now(ground).map_or_else(Some, |now| now.surplus(self, tolerated));
        if within(SOON, || surplus().is_none()) {
            Ok(())
        } else {
            Err(surplus().unwrap_or_default())
        }
    }
}

/// Runs rounds, the first of them to warm up, and sees that they left nothing.
fn rounds(ground: &Ground, count: u32, mut round: impl FnMut(u32) -> Outcome) -> Outcome {
    (0..50).try_for_each(&mut round)?;
    let before = Level::now(ground)?;
    (0..count).try_for_each(&mut round)?;
    before.comes_back(ground)?;
    let after = Level::now(ground)?;
    println!(
        "{count} rounds: {:+} names, {:+} references, {:+} threads, {:+} bytes, {:+} pages free",
        i64::from(after.held.names) - i64::from(before.held.names),
        after.held.references as i64 - before.held.references as i64,
        i64::from(after.held.threads) - i64::from(before.held.threads),
        after.held.bytes as i64 - before.held.bytes as i64,
        after.free - before.free,
    );
    Ok(())
}

fn kill_rounds(ground: &Ground) -> Outcome {
    let shared = ground.segment(4 * PAGE)?;
    rounds(ground, 1000, |n| {
        let task = Task::empty().told()?;
        let own = ground.segment(4 * PAGE)?;
        for id in [shared.id, own.id] {
            let attached = ground.root.attach_to(task.name(), id, 0, 0).told()?;
            // Half of the tasks hold their token, half have none.
            if n % 2 == 0 {
                let _ = task.give(0x1000, attached.token);
            }
        }
        Ok(())
    })?;
    check_eq!(shared.nattch()?, 0);
    Ok(())
}

fn process_rounds(ground: &Ground) -> Outcome {
    let shared = ground.segment(4 * PAGE)?;
    let id = shared.id;
    rounds(ground, 100, |n| {
        let client = ground.client(&ground.root, 100 + n as i32, move |session, words| {
            let Ok(attached) = session.attach(id, 0, 0) else {
                return 1;
            };
            write(attached.address, 1);
            crate::ground::reach(&words[1], 1);
            i32::from(!crate::ground::reaches(&words[2], 1))
        })?;
        client.reaches(1, 1)?;
        client.kill()
    })?;
    check_eq!(shared.nattch()?, 0);
    Ok(())
}

fn create_rounds(ground: &Ground) -> Outcome {
    rounds(ground, 1000, |n| {
        let key = 1 + n as i32;
        let flags = SYSVSHM_CREATE | SYSVSHM_EXCLUSIVE;
        let id = ground.root.get(key, 1 << 20, flags).told()?;
        check_eq!(ground.root.get(key, 0, 0).told()?, id);
        ground.root.remove(id).told()
    })
}

fn attach_rounds(ground: &Ground) -> Outcome {
    let lasting = ground.segment(3 * PAGE)?;
    rounds(ground, 1000, |n| {
        let new = ground.segment(5 * PAGE)?;
        for segment in [&lasting, &new] {
            let mapping = segment.attach(0, 0)?;
            mapping.write(u64::from(n % 3) * PAGE, 1);
            let over = segment.attach(SYSVSHM_REMAP, mapping.address())?;
            over.detach().told()?;
            check_refused!(mapping.detach(), EINVAL);
        }
        Ok(())
    })
}

fn fork_rounds(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let _mapping = segment.attach(0, 0)?;
    rounds(ground, 1000, |n| {
        let mut ticket = ground.root.fork();
        // As libc does: the thread that hears of the children before may have yet to run.
        within(SOON, || {
            let busy = is(&ticket, Error::EAGAIN);
            if busy {
                ticket = ground.root.fork();
            }
            !busy
        });
        let ticket = ticket.told()?.ok_or("no ticket")?;
        if n % 3 != 0 {
            let child = Task::empty().told()?;
            drop(ground.root.fork_child(child.name(), ticket.name()).told()?);
        }
        Ok(())
    })?;
    check_eq!(segment.nattch()?, 1);
    Ok(())
}

fn refused_rounds(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let stranger = ground.caller(9, 9)?;
    let forged = gnumach::right::ReceiveRight::allocate().told()?;
    let forged_right = forged.make_send().told()?;
    let id = segment.id;
    let task = trap::mach_task_self();
    // The first attach makes the memory object.
    drop(segment.attach(0, 0)?);
    let before = Level::now(ground)?;
    let kinds: [(&str, &dyn Fn(u32) -> Outcome); 12] = [
        ("get", &|_| {
            check_refused!(ground.root.get(5, 1, 0), ENOENT);
            check_refused!(ground.root.get_as(forged_right.name(), 0, 1, 0), ESRCH);
            Ok(())
        }),
        ("attach, no id", &|_| {
            check_refused!(stranger.attach(id + 1, 0, 0), EINVAL);
            Ok(())
        }),
        ("attach, no permission", &|_| {
            check_refused!(stranger.attach(id, 0, 0), EACCES);
            Ok(())
        }),
        ("attach, no room", &|_| {
            check_refused!(ground.root.attach(id, 0, 1 << 47), ENOMEM);
            Ok(())
        }),
        ("attach, forged task", &|_| {
            check_refused!(ground.root.attach_to(forged_right.name(), id, 0, 0), ESRCH);
            Ok(())
        }),
        ("attach, dead task", &|_| {
            let task = Task::empty().told()?;
            // SAFETY: a task of our own.
            unsafe { sys::mig_k_task_terminate(task.name()) };
            match ground.root.attach_to(task.name(), id, 0, 0) {
                Ok(_) => Err("a dead task attached".into()),
                Err(_) => Ok(()),
            }
        }),
        ("detach", &|_| {
            check_refused!(ground.root.detach(PAGE), EINVAL);
            check_refused!(ground.root.detach_from(forged_right.name(), PAGE), EINVAL);
            Ok(())
        }),
        ("stat", &|_| {
            check_refused!(stranger.stat(id), EACCES);
            Ok(())
        }),
        ("set, lock and remove", &|_| {
            check_refused!(stranger.set(id, 1, 1, 1), EPERM);
            check_refused!(stranger.lock(id, 1), EPERM);
            check_refused!(stranger.remove(id), EPERM);
            Ok(())
        }),
        ("fork_child", &|_| {
            check_refused!(ground.root.fork_child(task, forged_right.name()), EINVAL);
            Ok(())
        }),
        ("an unknown id with rights", &|_| {
            let reply = Message::new(42050)
                .port(sys::MACH_MSG_TYPE_COPY_SEND, task)
                .port(sys::MACH_MSG_TYPE_COPY_SEND, forged_right.name())
                .call(ground.root.right().name(), 1000)
                .told()?;
            check_eq!(reply.code, sys::MIG_BAD_ID);
            Ok(())
        }),
        ("a wrong shape with rights and memory", &|_| {
            let reply = Message::new(42002)
                .port(sys::MACH_MSG_TYPE_COPY_SEND, task)
                .out_of_line(sys::MACH_MSG_TYPE_BYTE, 8, 3 * 4096, segment_page())
                .call(ground.root.right().name(), 1000)
                .told()?;
            check_eq!(reply.code, sys::MIG_BAD_ARGUMENTS);
            Ok(())
        }),
    ];
    for (kind, round) in kinds {
        (0..1000)
            .try_for_each(round)
            .map_err(|why| format!("{kind}: {why}"))?;
        before
            .comes_back(ground)
            .map_err(|why| format!("{kind}: {why}"))?;
    }
    Ok(())
}

/// Some memory to send.
fn segment_page() -> u64 {
    static PAGES: [u8; 3 * 4096] = [7; 3 * 4096];
    PAGES.as_ptr().addr() as u64
}

fn undelivered_rounds(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    drop(segment.attach(0, 0)?);
    rounds(ground, 1000, |_| {
        let task = Task::empty().told()?;
        let reply = gnumach::right::ReceiveRight::allocate().told()?;
        // The reply carries the token; nobody is there to receive it.
        Message::new(42002)
            .port(sys::MACH_MSG_TYPE_COPY_SEND, task.name())
            .int32(segment.id as u32)
            .int32(0)
            .int64(0)
            .send(
                ground.root.right().name(),
                Some((reply.name(), sys::MACH_MSG_TYPE_MAKE_SEND_ONCE)),
                1000,
            )
            .told()
    })?;
    check_eq!(segment.nattch()?, 0);
    Ok(())
}

fn pages_return(ground: &Ground) -> Outcome {
    let pages = 8192;
    let mut before = vm::free_pages();
    let mut losses = alloc::vec::Vec::new();
    for _ in 0..8 {
        let free = vm::free_pages();
        let segment = ground.segment(pages * PAGE)?;
        let mapping = segment.attach(0, 0)?;
        for page in 0..pages {
            mapping.write(page * PAGE, page);
        }
        check!(
            free - vm::free_pages() > pages as i64 / 2,
            "32 MiB take no memory?"
        );
        mapping.detach().told()?;
        drop(segment);
        if !within(2000, || before - vm::free_pages() < 64) {
            losses.push(before - vm::free_pages());
        }
        before = vm::free_pages();
    }
    // Once in its life the kernel keeps some 2,300 pages of those freed in the lists of a
    // processor, and counts them as in use.
    check!(
        losses.len() <= 1 && losses.iter().all(|&loss| loss < 4096),
        "{losses:?}"
    );
    Ok(())
}

fn stored_pages_return(ground: &Ground) -> Outcome {
    let pages = 1024;
    let round = |_| {
        let segment = ground.segment(pages * PAGE)?;
        let mapping = segment.attach(0, 0)?;
        for page in 0..pages {
            mapping.write(page * PAGE, page);
        }
        let object = vm::region(trap::mach_task_self(), mapping.address())
            .told()?
            .object;
        vm::sync(&object, 0, pages * PAGE, true, true).told()?;
        let stored = || ground.root.info().map_or(0, |info| info.shm_swp);
        check!(within(SOON, || stored() == pages), "{} stored", stored());
        mapping.detach().told()?;
        drop(segment);
        check!(within(SOON, || stored() == 0), "{} stored", stored());
        check_eq!(ground.root.info().told()?.shm_rss, 0);
        Ok(())
    };
    round(0)?;
    let before = Level::now(ground)?;
    (0..3).try_for_each(round)?;
    before.comes_back(ground)
}

fn list_rounds(ground: &Ground) -> Outcome {
    for _ in 0..500 {
        ground.root.get(0, PAGE, 0).told()?;
    }
    let outcome = rounds(ground, 300, |_| {
        check_eq!(ground.root.list().told()?.len(), 500);
        Ok(())
    });
    for ds in ground.root.list().told()? {
        ground.root.remove(ds.id).told()?;
    }
    outcome
}
