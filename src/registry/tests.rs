// SPDX-License-Identifier: GPL-2.0-or-later
//! Steps of the registry that calls through the engine cannot order at will.

use super::*;
use crate::engine::ledger::{Account, Charge, Kind, Ledger};
use crate::registry::flags::{AttachFlags, GetFlags};
use crate::registry::permission::{Caller, Ownership};
use crate::{Pid, Which};
use alloc::sync::Arc;

type Plain = Registry<&'static str, u32, &'static str>;

const ROOT: Caller<'_> = Caller {
    uids: &[0],
    gids: &[0],
};
const PAGE: u64 = 4096;

fn with_segment(key: i32) -> (Plain, Id) {
    let mut registry = Plain::new(Limits::default(), 1);
    let id = create(&mut registry, key).unwrap();
    (registry, id)
}

fn create(registry: &mut Plain, key: i32) -> Result<Id> {
    let demand = Demand {
        key,
        size: 2 * PAGE,
        flags: GetFlags::from(0o1600),
    };
    let owner = Ownership::of_new(&ROOT, 0o600).unwrap();
    let new = NewSegment {
        owner,
        creator: Pid(1),
        memory: "memory",
        account: account(),
        now: 5,
    };
    registry
        .create(&ROOT, &demand, new)
        .map_err(|refused| refused.error)
}

/// Of a user, with nothing.
fn account() -> Arc<Account> {
    Ledger::<parking_lot::RawMutex>::new().account(1000)
}

fn begin(registry: &mut Plain, id: Id) -> (Pinned<&'static str>, Charge) {
    let flags = AttachFlags::empty();
    registry
        .begin_attach(&ROOT, &account(), id.raw(), 0, flags)
        .unwrap()
}

fn attach(registry: &mut Plain, id: Id, task: u32, base: u64) {
    let (pinned, charge) = begin(registry, id);
    let replaced = registry.commit_attach(&pinned, charge, task, Pid(2), base, 6);
    assert!(replaced.is_empty());
}

fn nattch(registry: &Plain, id: Id) -> Option<u64> {
    let stat = registry.stat(id).ok()?.0;
    assert_eq!(stat.nattch, registry.attachments(id).count() as u64);
    registry.assert_consistent();
    Some(stat.nattch)
}

type Suspects = alloc::vec::Vec<Suspect<&'static str, u32, &'static str>>;

/// All of them, in chunks of two.
fn suspects(registry: &Plain, of: &Of<u32, &'static str>) -> Suspects {
    let mut all = Suspects::new();
    let mut next = Some(Cursor::START);
    while let Some(from) = next {
        let (some, after) = registry.suspects(of, from, 2);
        assert!(some.len() <= 2);
        all.extend(some);
        next = after;
    }
    all
}

/// Each record comes once, whatever the chunks.
#[test]
fn suspects_come_in_chunks() {
    let (mut registry, one) = with_segment(7);
    let two = create(&mut registry, 8).unwrap();
    for n in 1..=5 {
        attach(&mut registry, one, 1, n * 4 * PAGE);
        attach(&mut registry, two, 2, n * 4 * PAGE);
        attach(&mut registry, two, 1, n * 4 * PAGE);
    }
    registry.inherit(&2, &"ticket", &account(), 7).unwrap();
    registry.remove(two).unwrap();
    let count = |of| suspects(&registry, &of).len();
    assert_eq!(count(Of::All), 20);
    assert_eq!(count(Of::Segment(one)), 5);
    assert_eq!(count(Of::Segment(two)), 15);
    assert_eq!(count(Of::Removed), 15);
    assert_eq!(count(Of::Task(1)), 10);
    assert_eq!(count(Of::Ticket("ticket")), 5);
    let mut serials: alloc::vec::Vec<_> = suspects(&registry, &Of::Task(1))
        .iter()
        .map(|suspect| suspect.serial)
        .collect();
    serials.sort();
    serials.dedup();
    assert_eq!(serials.len(), 10);
}

/// As if the attach had come before the removal.
#[test]
fn segment_removed_while_being_attached_lives_until_detached() {
    let (mut registry, id) = with_segment(7);
    let (pinned, charge) = begin(&mut registry, id);
    registry.remove(id).unwrap();
    let _ = registry.commit_attach(&pinned, charge, 1, Pid(2), PAGE, 6);
    assert_eq!(nattch(&registry, id), Some(1));
    assert!(registry.removed(id));
    let suspect = registry.begin_detach(&1, PAGE).unwrap();
    assert!(registry.finish_detach(&suspect, Departure::Removed, 7));
    assert_eq!(nattch(&registry, id), None);
    assert_eq!(registry.take_trash().unwrap().memories, ["memory"]);
}

#[test]
fn segment_removed_while_an_attach_fails_goes_with_it() {
    let (mut registry, id) = with_segment(7);
    let (pinned, _charge) = begin(&mut registry, id);
    registry.remove(id).unwrap();
    assert_eq!(nattch(&registry, id), Some(0));
    registry.abort_attach(&pinned);
    assert_eq!(nattch(&registry, id), None);
}

/// Two calls unmapped at once; both may have removed some of the pages.
#[test]
fn one_of_two_racing_detaches_wins() {
    let (mut registry, id) = with_segment(7);
    attach(&mut registry, id, 1, PAGE);
    let first = registry.begin_detach(&1, PAGE).unwrap();
    let second = registry.begin_detach(&1, PAGE).unwrap();
    assert!(registry.finish_detach(&second, Departure::Removed, 7));
    assert!(!registry.finish_detach(&first, Departure::Removed, 7));
    assert_eq!(registry.begin_detach(&1, PAGE).unwrap_err(), Error::EINVAL);
    assert!(registry.detaching.is_empty());
}

/// The survey saw what the detach had done.
#[test]
fn detach_wins_though_a_survey_dropped_the_record_first() {
    let (mut registry, id) = with_segment(7);
    attach(&mut registry, id, 1, PAGE);
    let suspect = registry.begin_detach(&1, PAGE).unwrap();
    registry.drop_gone(id, suspect.serial, 7);
    assert!(registry.finish_detach(&suspect, Departure::Removed, 7));
    assert_eq!(nattch(&registry, id), Some(0));
}

#[test]
fn detach_that_is_not_answered_leaves_the_record() {
    let (mut registry, id) = with_segment(7);
    attach(&mut registry, id, 1, PAGE);
    let suspect = registry.begin_detach(&1, PAGE).unwrap();
    assert!(!registry.finish_detach(&suspect, Departure::Unknown, 7));
    assert_eq!(nattch(&registry, id), Some(1));
}

/// A survey is of one record, not of a place.
#[test]
fn stale_survey_does_not_drop_a_later_attachment_at_the_same_place() {
    let (mut registry, id) = with_segment(7);
    attach(&mut registry, id, 1, PAGE);
    let stale = suspects(&registry, &Of::Segment(id));
    attach(&mut registry, id, 1, PAGE);
    assert_eq!(nattch(&registry, id), Some(1), "the older one must be gone");
    for suspect in &stale {
        registry.drop_gone(id, suspect.serial, 8);
    }
    assert_eq!(nattch(&registry, id), Some(1));
}

/// Its ticket is dropped by the child right after it has been handed in.
#[test]
fn stale_survey_does_not_drop_what_a_child_has_claimed() {
    let (mut registry, id) = with_segment(7);
    attach(&mut registry, id, 1, PAGE);
    assert!(registry.inherit(&1, &"ticket", &account(), 7).unwrap());
    assert_eq!(nattch(&registry, id), Some(2));
    let stale = suspects(&registry, &Of::Ticket("ticket"));
    registry.claim(&"ticket", &2, Pid(3), 8).unwrap();
    assert_eq!(registry.claim(&"ticket", &2, Pid(3), 8), Err(Error::EINVAL));
    for suspect in &stale {
        registry.drop_gone(id, suspect.serial, 8);
    }
    assert_eq!(nattch(&registry, id), Some(2));
    assert_eq!(registry.known(&2), Some((2, Pid(3))));
}

/// shmctl(2), IPC_RMID: the key is free while the segment lives on.
#[test]
fn key_of_a_removed_segment_names_a_new_one() {
    let (mut registry, old) = with_segment(7);
    attach(&mut registry, old, 1, PAGE);
    registry.remove(old).unwrap();
    let new = create(&mut registry, 7).unwrap();
    assert_ne!(old, new);
    assert_eq!(registry.list().len(), 2);
    assert_eq!(registry.counts().attachments, 1);
    assert_eq!(registry.check_stat(&ROOT, Which::Id(old.raw())), Ok(old));
    registry.remove(old).unwrap();
    assert_eq!(nattch(&registry, old), Some(1));
}

/// A caller that lost the race gets the winner's segment, and its memory goes.
#[test]
fn creation_looks_again() {
    let (mut registry, id) = with_segment(7);
    assert_eq!(create(&mut registry, 7), Ok(id));
    assert_eq!(registry.take_trash().unwrap().memories.len(), 1);
    assert_eq!(registry.counts().segments, 1);
}

/// design.md section 9: at most 512 bytes for each segment and each attachment.
#[test]
fn books_are_small() {
    let segment = size_of::<Segment<&str>>() + 2 * size_of::<usize>() + 2 * size_of::<(i32, u32)>();
    assert!(segment <= 256, "{segment}");
    // Nodes of B-trees are at least five elevenths full.
    let record = size_of::<((Id, Serial), Attachment<u64, u64>)>();
    let listed = size_of::<((u64, u64, Serial), (Id, u64))>();
    assert!((record + listed) * 11 / 5 <= 400, "{record} {listed}");
}

/// A panic at any place of any step.
mod panics {
    use super::*;
    use core::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
    use std::thread_local;

    thread_local! {
        /// Clones and comparisons until one panics.
        static FUSE: Cell<Option<u32>> = const { Cell::new(None) };
    }

    fn burn() {
        if let Some(left) = FUSE.get() {
            if left == 0 {
                // Without the message of a panic that nobody wants.
                resume_unwind(std::boxed::Box::new("as the test wants"));
            }
            FUSE.set(Some(left - 1));
        }
    }

    /// A task, a ticket or a memory.
    #[derive(Debug)]
    struct Bomb(u32);

    impl Clone for Bomb {
        fn clone(&self) -> Self {
            burn();
            Self(self.0)
        }
    }

    impl PartialEq for Bomb {
        fn eq(&self, other: &Self) -> bool {
            self.cmp(other).is_eq()
        }
    }

    impl Eq for Bomb {}

    impl PartialOrd for Bomb {
        fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }

    impl Ord for Bomb {
        fn cmp(&self, other: &Self) -> core::cmp::Ordering {
            burn();
            self.0.cmp(&other.0)
        }
    }

    type Bombs = Registry<Bomb, Bomb, Bomb>;

    fn create(registry: &mut Bombs, key: i32, account: &Arc<Account>) -> Result<Id> {
        let demand = Demand {
            key,
            size: PAGE,
            flags: GetFlags::from(0o1600),
        };
        let new = NewSegment {
            owner: Ownership::of_new(&ROOT, 0o600).unwrap(),
            creator: Pid(1),
            memory: Bomb(0),
            account: Arc::clone(account),
            now: 5,
        };
        let created = registry.create(&ROOT, &demand, new);
        created.map_err(|refused| refused.error)
    }

    fn attach(registry: &mut Bombs, id: Id, task: u32, base: u64, account: &Arc<Account>) {
        let flags = AttachFlags::empty();
        let begun = registry.begin_attach(&ROOT, account, id.raw(), 0, flags);
        let (pinned, charge) = begun.unwrap();
        let _ = registry.commit_attach(&pinned, charge, Bomb(task), Pid(2), base, 6);
    }

    type Step = fn(&mut Bombs, Id, &Arc<Account>);

    /// Those that clone or compare anything of their types: creation and removal do not.
    const STEPS: [(&str, Step); 6] = [
        ("attach", |registry, id, account| {
            attach(registry, id, 7, 64 * PAGE, account);
        }),
        ("attach at the same place", |registry, id, account| {
            attach(registry, id, 1, PAGE, account);
        }),
        ("detach", |registry, _, _| {
            let suspect = registry.begin_detach(&Bomb(1), PAGE).unwrap();
            registry.finish_detach(&suspect, Departure::Removed, 7);
        }),
        ("fork", |registry, _, account| {
            registry.inherit(&Bomb(1), &Bomb(50), account, 7).unwrap();
        }),
        ("claim", |registry, _, _| {
            registry.claim(&Bomb(40), &Bomb(8), Pid(8), 7).unwrap();
        }),
        ("the ticket goes", |registry, _, _| {
            let of = Of::Ticket(Bomb(40));
            let (suspects, _) = registry.suspects(&of, Cursor::START, 99);
            for suspect in &suspects {
                registry.drop_gone(suspect.segment, suspect.serial, 9);
            }
        }),
    ];

    /// Others lose nothing, what is charged is what is there, and everything can still be
    /// taken down.
    #[test]
    fn a_panic_costs_the_call_that_it_is_in() {
        for (name, step) in STEPS {
            for fuse in 0.. {
                let account = account();
                let mut registry = Bombs::new(Limits::default(), 1);
                let (mine, others) = (
                    create(&mut registry, 1, &account).unwrap(),
                    create(&mut registry, 2, &account).unwrap(),
                );
                for n in 1..=3 {
                    attach(&mut registry, mine, 1, n * PAGE, &account);
                    attach(&mut registry, others, 2, n * PAGE, &account);
                }
                registry.inherit(&Bomb(1), &Bomb(40), &account, 6).unwrap();
                FUSE.set(Some(fuse));
                registry.begin_step();
                let done = catch_unwind(AssertUnwindSafe(|| {
                    step(&mut registry, mine, &account);
                }));
                FUSE.set(None);
                if done.is_ok() {
                    registry.end_step();
                } else {
                    assert!(registry.interrupted());
                    registry.repair();
                }
                registry.assert_consistent();
                let stat = registry.stat(others).unwrap().0;
                assert_eq!((stat.nattch, stat.key), (3, 2), "{name}, {fuse}");
                assert_eq!(registry.attachments(others).count(), 3);
                let counts = registry.counts();
                assert_eq!(account.used(Kind::Attachments), counts.attachments);
                assert_eq!(account.used(Kind::Segments), counts.segments);
                // All of it can go.
                let (all, _) = registry.suspects(&Of::All, Cursor::START, 99);
                for suspect in &all {
                    registry.drop_gone(suspect.segment, suspect.serial, 9);
                }
                for (stat, _) in registry.list() {
                    let id = Id::from_raw(stat.id).unwrap();
                    // One whose attach the panic ended is pinned: the engine lets go of it.
                    registry.remove(id).unwrap();
                }
                registry.assert_consistent();
                assert_eq!(account.used(Kind::Attachments), 0, "{name}, {fuse}");
                assert_eq!(account.used(Kind::Tickets), 0, "{name}, {fuse}");
                if done.is_ok() {
                    assert!(fuse > 0, "{name} never panicked");
                    break;
                }
            }
        }
    }
}
