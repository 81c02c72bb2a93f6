// SPDX-License-Identifier: GPL-2.0-or-later
//! What one user may have, and what the machine has room for. Root is exempt from the
//! first, nobody from the second.

mod fake;

use fake::{FakeWorld, PAGE, Process, Task};
use shm::engine::complaints::PAUSE;
use shm::engine::ledger::Kind;
use shm::registry::limits::PROCESS_TICKETS;
use shm::{
    AttachFlags, Caller, Engine, Error, GetFlags, Id, Limits, Pid, Result, UserLimits, Which,
};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

const ROOT: Caller<'_> = Caller {
    uids: &[0],
    gids: &[0],
};
const USER: Caller<'_> = Caller {
    uids: &[1000],
    gids: &[1000],
};
const OTHER: Caller<'_> = Caller {
    uids: &[2000],
    gids: &[2000],
};
const NORESERVE: u32 = 0o10000;

struct Bed {
    engine: Engine<FakeWorld>,
}

impl Bed {
    fn new(user: UserLimits) -> Self {
        let limits = Limits {
            user,
            ..Limits::default()
        };
        Self {
            engine: Engine::new(FakeWorld::new(), limits, 1),
        }
    }

    fn limit(&self, change: impl FnOnce(&mut Limits)) {
        let mut limits = self.engine.limits();
        change(&mut limits);
        self.engine.set_limits(limits).unwrap();
    }

    fn get(&self, caller: &Caller<'_>, pages: u64, flags: u32) -> Result<Id> {
        let flags = GetFlags::from(flags | 0o666);
        self.engine
            .get(caller, 0, pages * PAGE, flags, || Ok(Pid(17)))
    }

    fn process(&self, pid: i32) -> (Arc<Process>, Task) {
        let process = Process::new(pid);
        let task = self.engine.world().task(&process);
        (process, task)
    }

    fn attach(&self, caller: &Caller<'_>, id: Id, task: &Task) -> Result<u64> {
        self.engine
            .attach(caller, task, Pid(18), id.raw(), 0, AttachFlags::empty())
            .map(|attached| attached.address)
    }

    fn fork(&self, task: &Task) -> Result<Option<fake::Ticket>> {
        let ticket = || Ok(self.engine.world().ticket());
        self.engine.fork(&USER, task, Pid(18), ticket)
    }

    fn used(&self, caller: &Caller<'_>, kind: Kind) -> u64 {
        self.engine.ledger().account_of(caller).used(kind)
    }

    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut *self.engine.world().lines.lock().unwrap())
    }
}

#[test]
fn a_user_has_at_most_half_of_shmmni_by_default() {
    let bed = Bed::new(UserLimits::default());
    bed.limit(|limits| limits.shmmni = 5);
    let mine: Vec<Id> = (0..3).map(|_| bed.get(&USER, 1, 0).unwrap()).collect();
    assert_eq!(bed.get(&USER, 1, 0), Err(Error::ENOSPC));
    bed.get(&OTHER, 1, 0).unwrap();
    bed.get(&ROOT, 1, 0).unwrap();
    assert_eq!(
        bed.get(&ROOT, 1, 0),
        Err(Error::ENOSPC),
        "SHMMNI is root's too"
    );
    bed.engine.remove(&USER, mine[0].raw()).unwrap();
    bed.get(&USER, 1, 0).unwrap();
}

#[test]
fn a_user_has_at_most_half_of_shmall_by_default() {
    let bed = Bed::new(UserLimits::default());
    bed.limit(|limits| limits.shmall = 20);
    assert_eq!(bed.get(&USER, 11, 0), Err(Error::ENOSPC));
    let mine = bed.get(&USER, 10, 0).unwrap();
    assert_eq!(bed.get(&USER, 1, 0), Err(Error::ENOSPC));
    let others = bed.get(&OTHER, 3, 0).unwrap();
    // Given away, it is still paid for by its creator.
    bed.engine
        .set(&USER, mine.raw(), 2000, 2000, 0o600)
        .unwrap();
    assert_eq!(bed.get(&USER, 1, 0), Err(Error::ENOSPC));
    assert_eq!(bed.used(&OTHER, Kind::Pages), 3);
    bed.get(&ROOT, 7, 0).unwrap();
    assert_eq!(
        bed.get(&ROOT, 1, 0),
        Err(Error::ENOSPC),
        "SHMALL is root's too"
    );
    bed.engine.remove(&OTHER, others.raw()).unwrap();
}

#[test]
fn a_user_has_at_most_half_of_the_machine_by_default() {
    let bed = Bed::new(UserLimits::default());
    bed.engine.world().machine.store(20 * PAGE, SeqCst);
    assert_eq!(bed.get(&USER, 11, NORESERVE), Err(Error::ENOSPC));
    bed.get(&USER, 10, NORESERVE).unwrap();
    bed.limit(|limits| limits.user.pages = Some(12));
    assert_eq!(bed.get(&USER, 3, NORESERVE), Err(Error::ENOSPC));
    bed.get(&USER, 2, NORESERVE).unwrap();
    bed.get(&ROOT, 1000, NORESERVE).unwrap();
}

/// shmget(2), ENOMEM: the sum counts, and it is compared with what there is now.
#[test]
fn the_sum_of_all_segments_is_what_the_machine_has_room_for() {
    let bed = Bed::new(UserLimits::NONE);
    let machine = &bed.engine.world().machine;
    machine.store(10 * PAGE, SeqCst);
    let first = bed.get(&USER, 6, 0).unwrap();
    assert_eq!(bed.get(&OTHER, 5, 0), Err(Error::ENOMEM));
    assert_eq!(bed.get(&ROOT, 5, 0), Err(Error::ENOMEM));
    bed.get(&OTHER, 4, 0).unwrap();
    bed.get(&OTHER, 1000, NORESERVE).unwrap();
    assert_eq!(bed.get(&OTHER, 1, 0), Err(Error::ENOMEM));
    // Paging space is added, and known of within a second.
    machine.store(12 * PAGE, SeqCst);
    bed.engine.world().milliseconds.fetch_add(999, SeqCst);
    assert_eq!(bed.get(&OTHER, 1, 0), Err(Error::ENOMEM));
    bed.engine.world().milliseconds.fetch_add(1, SeqCst);
    bed.get(&OTHER, 2, 0).unwrap();
    // And taken away: what exists stays.
    machine.store(PAGE, SeqCst);
    bed.engine.world().milliseconds.fetch_add(1000, SeqCst);
    assert_eq!(bed.get(&OTHER, 1, 0), Err(Error::ENOMEM));
    bed.engine.remove(&USER, first.raw()).unwrap();
    assert_eq!(bed.engine.ledger().total(Kind::Committed), 6);
    assert_eq!(bed.engine.ledger().total(Kind::Pages), 1006);
}

/// A process that waited for the last one that had a removed segment attached finds its room free,
/// although the kernel gives it back a moment later.
#[test]
fn a_creation_waits_a_moment_for_what_is_about_to_be_given_back() {
    for (shmall, machine) in [(10, 1000), (1000, 10)] {
        let bed = Bed::new(UserLimits::default());
        bed.limit(|limits| limits.shmall = shmall);
        let world = bed.engine.world();
        world.machine.store(machine * PAGE, SeqCst);
        world.late.wanted.store(true, SeqCst);
        for id in [6, 4].map(|pages| bed.get(&ROOT, pages, 0).unwrap()) {
            bed.engine.remove(&ROOT, id.raw()).unwrap();
        }
        assert!(bed.get(&ROOT, 10, 0).is_ok(), "{shmall}, {machine}");
        // Nothing more is to come.
        let refused = if shmall == 10 {
            Error::ENOSPC
        } else {
            Error::ENOMEM
        };
        assert_eq!(bed.get(&ROOT, 1, 0), Err(refused));
    }
}

#[test]
fn a_user_at_the_bound_of_attachments_is_refused_and_others_are_not() {
    let bed = Bed::new(UserLimits {
        attachments: 3,
        ..UserLimits::default()
    });
    let id = bed.get(&USER, 1, 0).unwrap();
    let (process, task) = bed.process(1);
    let bases: Vec<u64> = (0..3)
        .map(|_| bed.attach(&USER, id, &task).unwrap())
        .collect();
    assert_eq!(bed.attach(&USER, id, &task), Err(Error::EMFILE));
    assert_eq!(process.mapped_pages(bases[0], PAGE), 1);
    let (_other, others) = bed.process(2);
    bed.attach(&OTHER, id, &others).unwrap();
    // Who asks pays, whatever the task did before.
    bed.attach(&ROOT, id, &task).unwrap();
    assert_eq!(bed.used(&ROOT, Kind::Attachments), 1);
    bed.engine.detach(&USER, &task, Pid(2), bases[1]).unwrap();
    bed.attach(&USER, id, &task).unwrap();
    assert_eq!(bed.used(&USER, Kind::Attachments), 3);
    // A refused attach leaves nothing, and its segment can go.
    assert_eq!(bed.attach(&USER, id, &task), Err(Error::EMFILE));
    process.exit();
    _other.exit();
    bed.engine.remove(&USER, id.raw()).unwrap();
    assert!(bed.engine.is_empty());
}

/// It died without a word.
#[test]
fn a_client_that_dies_gives_everything_back() {
    let bed = Bed::new(UserLimits::default());
    let id = bed.get(&USER, 5, 0).unwrap();
    let (process, task) = bed.process(1);
    for _ in 0..4 {
        bed.attach(&USER, id, &task).unwrap();
    }
    let ticket = bed.fork(&task).unwrap().unwrap();
    assert_eq!(bed.used(&USER, Kind::Attachments), 8);
    assert_eq!(bed.used(&USER, Kind::Tickets), 1);
    process.exit();
    ticket.drop_right();
    bed.engine.ticket_dropped(&ticket);
    bed.engine.check_task(&task);
    bed.engine.remove(&USER, id.raw()).unwrap();
    drop((ticket, task));
    for kind in [
        Kind::Segments,
        Kind::Pages,
        Kind::Committed,
        Kind::Attachments,
        Kind::Tickets,
    ] {
        assert_eq!(bed.engine.ledger().total(kind), 0, "{kind:?}");
    }
    bed.engine.world().assert_nothing_lives();
}

/// The review's R5: 200 tickets with 300 attachments each.
#[test]
fn tickets_do_not_multiply_records() {
    let bed = Bed::new(UserLimits::default());
    let id = bed.get(&USER, 1, 0).unwrap();
    let (process, task) = bed.process(1);
    for _ in 0..300 {
        bed.attach(&USER, id, &task).unwrap();
    }
    let forks: Vec<_> = (0..200).map(|_| bed.fork(&task)).collect();
    let made = forks.iter().filter(|fork| fork.is_ok()).count() as u64;
    assert_eq!(
        made,
        PROCESS_TICKETS.min(bed.engine.limits().user.attachments / 300 - 1)
    );
    assert!(
        forks
            .iter()
            .skip(made as usize)
            .all(|fork| matches!(fork, Err(Error::EAGAIN)))
    );
    assert!(bed.engine.counts().attachments <= bed.engine.limits().user.attachments);
    // All or nothing: the last fork that failed counted no attachment.
    assert_eq!(bed.engine.counts().attachments, 300 * (made + 1));
    process.exit();
}

#[test]
fn a_process_and_a_user_have_few_tickets() {
    let bed = Bed::new(UserLimits {
        tickets: PROCESS_TICKETS + 2,
        ..UserLimits::default()
    });
    let id = bed.get(&USER, 1, 0).unwrap();
    let (one, two) = (bed.process(1), bed.process(2));
    bed.attach(&USER, id, &one.1).unwrap();
    bed.attach(&USER, id, &two.1).unwrap();
    let mut tickets: Vec<_> = (0..PROCESS_TICKETS)
        .map(|_| bed.fork(&one.1).unwrap().unwrap())
        .collect();
    assert!(
        matches!(bed.fork(&one.1), Err(Error::EAGAIN)),
        "the process"
    );
    tickets.push(bed.fork(&two.1).unwrap().unwrap());
    tickets.push(bed.fork(&two.1).unwrap().unwrap());
    assert!(matches!(bed.fork(&two.1), Err(Error::EAGAIN)), "the user");
    assert_eq!(bed.used(&USER, Kind::Tickets), PROCESS_TICKETS + 2);
    // A child claims its own.
    let child = one.0.fork(3);
    let childs = bed.engine.world().task(&child);
    bed.engine.fork_child(&tickets[0], &childs, Pid(3)).unwrap();
    bed.fork(&one.1).unwrap().unwrap();
    for process in [one.0, two.0, child] {
        process.exit();
    }
}

#[test]
fn opens_are_bounded_for_a_user() {
    let bed = Bed::new(UserLimits {
        opens: 2,
        ..UserLimits::default()
    });
    let first = bed.engine.charge_open(&USER).unwrap();
    let _second = bed.engine.charge_open(&USER).unwrap();
    assert_eq!(bed.engine.charge_open(&USER).unwrap_err(), Error::EMFILE);
    let _other = bed.engine.charge_open(&OTHER).unwrap();
    let _root: Vec<_> = (0..5).map(|_| bed.engine.charge_open(&ROOT)).collect();
    drop(first);
    assert!(bed.engine.charge_open(&USER).is_ok());
}

/// Process, user, bound and figure; and not one line for each refusal.
#[test]
fn refusals_are_logged_a_few_times() {
    let bed = Bed::new(UserLimits {
        segments: Some(1),
        attachments: 1,
        ..UserLimits::default()
    });
    let id = bed.get(&USER, 1, 0).unwrap();
    let (process, task) = bed.process(1);
    bed.attach(&USER, id, &task).unwrap();
    assert_eq!(bed.lines(), Vec::<String>::new());
    for _ in 0..100 {
        assert_eq!(bed.get(&USER, 1, 0), Err(Error::ENOSPC));
        assert_eq!(bed.attach(&USER, id, &task), Err(Error::EMFILE));
    }
    assert_eq!(
        bed.lines(),
        [
            "shmget of process 17, user 1000, is refused: it asks for 1 more, and the user has 1 segments of at most 1",
            "shmat of process 18, user 1000, is refused: it asks for 1 more, and the user has 1 attachments of at most 1",
        ]
    );
    bed.engine
        .world()
        .milliseconds
        .fetch_add(PAUSE.as_millis() as u64, SeqCst);
    assert_eq!(bed.get(&USER, 1, 0), Err(Error::ENOSPC));
    let lines = bed.lines();
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].ends_with("(and 198 lines before it were left out)"),
        "{lines:?}"
    );
    // Errors of the caller's own are nobody's news.
    assert_eq!(bed.attach(&USER, id, &task), Err(Error::EMFILE));
    bed.lines();
    assert_eq!(bed.get(&USER, 0, 0), Err(Error::EINVAL));
    assert_eq!(bed.engine.stat(&OTHER, Which::Id(7)), Err(Error::EINVAL));
    assert_eq!(bed.lines(), Vec::<String>::new());
    process.exit();
}

/// shmctl(2), SHM_LOCK: ENOMEM beyond the user's bound, and unlocking gives back.
#[test]
fn locked_bytes_are_bounded_for_a_user() {
    let bed = Bed::new(UserLimits {
        locked: 5 * PAGE,
        ..UserLimits::default()
    });
    let lock = |caller, id: Id, on| bed.engine.lock(caller, id.raw(), on);
    let mode = |id: Id| {
        let stat = bed.engine.stat(&ROOT, Which::Id(id.raw())).unwrap();
        stat.mode & 0o2000 != 0
    };
    let (three, two, one) = (
        bed.get(&USER, 3, 0).unwrap(),
        bed.get(&USER, 2, 0).unwrap(),
        bed.get(&USER, 1, 0).unwrap(),
    );
    assert_eq!(lock(&OTHER, three, true), Err(Error::EPERM));
    lock(&USER, three, true).unwrap();
    lock(&USER, two, true).unwrap();
    assert_eq!(lock(&USER, one, true), Err(Error::ENOMEM));
    assert_eq!((mode(three), mode(one)), (true, false));
    // Root pays for itself, and has no bound.
    lock(&ROOT, one, true).unwrap();
    assert_eq!(bed.used(&USER, Kind::Locked), 5 * PAGE);
    assert_eq!(bed.used(&ROOT, Kind::Locked), PAGE);
    lock(&USER, two, false).unwrap();
    assert!(!mode(two));
    lock(&USER, two, false).unwrap();
    // Destruction gives back too.
    bed.engine.remove(&USER, three.raw()).unwrap();
    assert_eq!(bed.used(&USER, Kind::Locked), 0);
    // What cannot be wired is not marked, nor charged.
    bed.engine.world().wirable.store(PAGE, SeqCst);
    assert_eq!(lock(&USER, two, true), Err(Error::ENOMEM));
    assert!(!mode(two));
    assert_eq!(bed.used(&USER, Kind::Locked), 0);
    let lines = bed.lines();
    assert_eq!(
        lines,
        [
            "SHM_LOCK of user 1000 is refused: it asks for 4096 more, and the user has 20480 locked bytes of at most 20480"
        ]
    );
}

/// Twice is once: the second lock is charged no more, not even for a moment.
#[test]
fn a_locked_segment_is_charged_once() {
    let bed = Bed::new(UserLimits {
        locked: 3 * PAGE,
        ..UserLimits::default()
    });
    let id = bed.get(&USER, 3, 0).unwrap();
    for _ in 0..3 {
        bed.engine.lock(&USER, id.raw(), true).unwrap();
        assert_eq!(bed.used(&USER, Kind::Locked), 3 * PAGE);
    }
    bed.engine.lock(&USER, id.raw(), false).unwrap();
    assert_eq!(bed.used(&USER, Kind::Locked), 0);
}
