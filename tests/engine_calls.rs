// SPDX-License-Identifier: GPL-2.0-or-later
//! What the engine promises beyond Linux's calls: surveys, hints, forks, tasks that
//! die or do not answer.

mod fake;

use fake::{FakeWorld, PAGE, Process, Task, Ticket};
use shm::{
    AttachFlags, Caller, Engine, Error, GetFlags, Id, Limits, Pid, Result, Stat, Usage, UserLimits,
    Which, World,
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
const STRANGER: Caller<'_> = Caller {
    uids: &[2000],
    gids: &[2000],
};
const PRIVATE: i32 = 0;
const REMAP: AttachFlags = AttachFlags::REMAP;

/// An engine whose processes and segments are gone, and nothing with them leaked,
/// when a test is over.
struct Bed {
    engine: Engine<FakeWorld>,
    processes: Vec<Arc<Process>>,
}

impl Bed {
    fn new() -> Self {
        let engine = Engine::new(FakeWorld::new(), Limits::default(), 1);
        Self {
            engine,
            processes: Vec::new(),
        }
    }

    fn process(&mut self) -> (Arc<Process>, Task) {
        let process = Process::new(self.processes.len() as i32 + 100);
        self.adopt(process)
    }

    fn adopt(&mut self, process: Arc<Process>) -> (Arc<Process>, Task) {
        self.processes.push(Arc::clone(&process));
        let task = self.engine.world().task(&process);
        (process, task)
    }

    fn fork(&mut self, parent: &Process) -> (Arc<Process>, Task) {
        let child = parent.fork(self.processes.len() as i32 + 100);
        self.adopt(child)
    }

    fn ticket(&self, parent: &Task) -> Option<Ticket> {
        self.engine
            .fork(&USER, parent, Pid(1), || Ok(self.engine.world().ticket()))
            .unwrap()
    }

    fn segment(&self, size: u64) -> Id {
        self.engine
            .get(&USER, PRIVATE, size, GetFlags::from(0o600), || Ok(Pid(1)))
            .unwrap()
    }

    fn attach(&self, id: Id, process: &(Arc<Process>, Task)) -> u64 {
        self.attach_at(id, process, 0, AttachFlags::empty())
            .unwrap()
    }

    fn attach_at(
        &self,
        id: Id,
        (process, task): &(Arc<Process>, Task),
        address: u64,
        flags: AttachFlags,
    ) -> Result<u64> {
        let pid = Pid(process.pid);
        let attached = self
            .engine
            .attach(&USER, task, pid, id.raw(), address, flags)?;
        Ok(attached.address)
    }

    fn stat(&self, id: Id) -> Result<Stat> {
        self.engine.stat(&USER, Which::Id(id.raw()))
    }

    fn nattch(&self, id: Id) -> u64 {
        self.stat(id).unwrap().nattch
    }

    fn surveys(&self) -> i64 {
        self.engine.world().tally.surveys.swap(0, SeqCst)
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for process in &self.processes {
            process.set_answers(true);
            process.exit();
        }
        for stat in self.engine.list() {
            match self.engine.remove(&ROOT, stat.id) {
                Ok(()) | Err(Error::EINVAL) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert!(self.engine.is_empty());
        assert_eq!(self.engine.counts().attachments, 0);
        self.engine.world().assert_nothing_lives();
    }
}

/// No notification has come: the answer to a query is exact all the same.
#[test]
fn a_killed_process_is_not_counted_by_the_next_stat() {
    let mut bed = Bed::new();
    let id = bed.segment(1);
    let (one, two) = (bed.process(), bed.process());
    bed.attach(id, &one);
    bed.attach(id, &two);
    drop((one.1, two.1));
    one.0.exit();
    bed.engine.world().advance(5);
    let stat = bed.stat(id).unwrap();
    assert_eq!((stat.nattch, stat.dtime, stat.lpid), (1, 1005, one.0.pid));
    assert_eq!(bed.engine.world().tally.tokens.load(SeqCst), 1);
}

#[test]
fn exec_is_seen_by_a_hint_alone() {
    let mut bed = Bed::new();
    let id = bed.segment(1);
    let process = bed.process();
    bed.attach(id, &process);
    process.0.exec();
    bed.engine.check_task(&process.1);
    assert_eq!(bed.engine.counts().attachments, 0);
    assert!(bed.engine.known(&process.1).is_none());
}

#[test]
fn a_false_hint_changes_nothing() {
    let mut bed = Bed::new();
    let id = bed.segment(1);
    let process = bed.process();
    bed.attach(id, &process);
    let before = bed.stat(id).unwrap();
    bed.engine.world().advance(1);
    bed.engine.check_task(&process.1);
    assert_eq!(bed.stat(id).unwrap(), before);
}

/// shmctl(2), IPC_RMID, of a segment whose last attacher has been killed.
#[test]
fn removal_after_the_last_attacher_died_is_at_once() {
    let mut bed = Bed::new();
    let id = bed.segment(1);
    let process = bed.process();
    bed.attach(id, &process);
    process.0.exit();
    bed.engine.remove(&USER, id.raw()).unwrap();
    assert!(bed.engine.is_empty());
}

/// It ceased to exist when its last attacher died, whoever noticed.
#[test]
fn a_removed_segment_nobody_has_any_more_is_no_segment() {
    type Call = fn(&Bed, Id, &(Arc<Process>, Task)) -> Result<()>;
    let calls: [Call; 5] = [
        |bed, id, _| bed.stat(id).map(drop),
        |bed, id, _| bed.engine.remove(&USER, id.raw()),
        |bed, id, _| bed.engine.set(&USER, id.raw(), 1, 1, 0),
        |bed, id, _| bed.engine.lock(&USER, id.raw(), true),
        |bed, id, other| bed.attach_at(id, other, 0, AttachFlags::empty()).map(drop),
    ];
    for call in calls {
        let mut bed = Bed::new();
        let id = bed.segment(1);
        let (process, other) = (bed.process(), bed.process());
        bed.attach(id, &process);
        bed.engine.remove(&USER, id.raw()).unwrap();
        bed.stat(id).unwrap();
        process.0.exit();
        assert_eq!(call(&bed, id, &other), Err(Error::EINVAL));
        assert!(bed.engine.is_empty());
    }
}

/// As long as it does not answer, what it has attached is attached.
#[test]
fn a_task_that_does_not_answer_keeps_its_attachments() {
    let mut bed = Bed::new();
    let id = bed.segment(1);
    let process = bed.process();
    let base = bed.attach(id, &process);
    process.0.set_answers(false);
    let before = bed.stat(id).unwrap();
    assert_eq!(before.nattch, 1);
    assert_eq!(
        bed.engine.detach(&USER, &process.1, Pid(2), base),
        Err(Error::EAGAIN)
    );
    assert_eq!(
        bed.attach_at(id, &process, 0, AttachFlags::empty()),
        Err(Error::EAGAIN)
    );
    assert_eq!(bed.stat(id).unwrap(), before);
    bed.engine.remove(&USER, id.raw()).unwrap();
    assert_eq!(bed.nattch(id), 1);
    process.0.set_answers(true);
    bed.engine.detach(&USER, &process.1, Pid(2), base).unwrap();
    assert!(bed.engine.is_empty());
}

#[test]
fn only_those_who_may_ask_cause_surveys() {
    let mut bed = Bed::new();
    let id = bed.segment(1);
    bed.stat(id).unwrap();
    assert_eq!(bed.surveys(), 0, "nobody has attached it");
    let process = bed.process();
    bed.attach(id, &process);
    let raw = id.raw();
    assert_eq!(
        bed.engine.stat(&STRANGER, Which::Id(raw)),
        Err(Error::EACCES)
    );
    assert_eq!(bed.engine.remove(&STRANGER, raw), Err(Error::EPERM));
    assert_eq!(bed.engine.set(&STRANGER, raw, 1, 1, 0), Err(Error::EPERM));
    assert_eq!(bed.surveys(), 0);
    bed.stat(id).unwrap();
    assert_eq!(bed.surveys(), 1);
}

/// shmdt(2): only pages that still map the segment go.
#[test]
fn detach_leaves_what_was_mapped_over_the_attachment() {
    let mut bed = Bed::new();
    let id = bed.segment(4 * PAGE);
    let process = bed.process();
    let base = bed.attach(id, &process);
    process.0.overmap(base + PAGE, PAGE);
    process.0.munmap(base, PAGE);
    bed.engine.detach(&USER, &process.1, Pid(2), base).unwrap();
    assert_eq!(process.0.mapped_pages(base, 4 * PAGE), 1);
    assert_eq!(bed.nattch(id), 0);
    assert_eq!(
        bed.engine.detach(&USER, &process.1, Pid(2), base),
        Err(Error::EINVAL)
    );
}

/// shmdt(2), EINVAL: and the records of what is gone go on the way.
#[test]
fn detach_of_what_was_unmapped_is_refused() {
    let mut bed = Bed::new();
    let (old, new) = (bed.segment(2 * PAGE), bed.segment(PAGE));
    let process = bed.process();
    let base = bed.attach(old, &process);
    process.0.munmap(base, PAGE);
    bed.attach_at(new, &process, base, AttachFlags::empty())
        .unwrap();
    process.0.munmap(base, PAGE);
    bed.engine.detach(&USER, &process.1, Pid(2), base).unwrap();
    assert_eq!(
        (bed.nattch(old), bed.nattch(new)),
        (0, 0),
        "the older one had a page left"
    );
    assert_eq!(
        bed.engine.detach(&USER, &process.1, Pid(2), base),
        Err(Error::EINVAL)
    );
    assert_eq!(
        bed.engine.detach(&USER, &process.1, Pid(2), base + PAGE),
        Err(Error::EINVAL)
    );
    assert_eq!(
        bed.engine.detach(&USER, &process.1, Pid(2), base + 1),
        Err(Error::EINVAL)
    );
    assert_eq!(
        bed.engine.detach(&USER, &process.1, Pid(2), 0),
        Err(Error::EINVAL)
    );
}

/// shmat(2), SHM_REMAP: over itself, nattch stays; over others, theirs go.
#[test]
fn remapped_attachments_are_detached() {
    let mut bed = Bed::new();
    let (large, small) = (bed.segment(3 * PAGE), bed.segment(PAGE));
    let process = bed.process();
    let base = bed.attach(large, &process);
    bed.attach_at(large, &process, base, REMAP).unwrap();
    assert_eq!(bed.engine.counts().attachments, 1);
    bed.attach_at(small, &process, base + PAGE, REMAP).unwrap();
    assert_eq!(bed.engine.counts().attachments, 2, "partly covered");
    bed.attach_at(large, &process, base, REMAP).unwrap();
    assert_eq!(bed.engine.counts().attachments, 1);
    assert_eq!((bed.nattch(large), bed.nattch(small)), (1, 0));
}

/// No hint and no query has noticed that the old mapping is gone.
#[test]
fn reattaching_at_a_place_that_was_unmapped_counts_once() {
    let mut bed = Bed::new();
    let id = bed.segment(PAGE);
    let process = bed.process();
    let base = bed.attach(id, &process);
    process.0.munmap(base, PAGE);
    bed.attach_at(id, &process, base, AttachFlags::empty())
        .unwrap();
    assert_eq!(bed.nattch(id), 1);
    bed.engine.detach(&USER, &process.1, Pid(2), base).unwrap();
    assert_eq!(bed.nattch(id), 0);
}

/// fork(2): counted before the child runs, and once.
#[test]
fn a_child_is_counted_before_fork_returns() {
    let mut bed = Bed::new();
    let id = bed.segment(PAGE);
    let parent = bed.process();
    for _ in 0..3 {
        bed.attach(id, &parent);
    }
    bed.engine.world().advance(5);
    let ticket = bed.ticket(&parent.1).unwrap();
    let stat = bed.stat(id).unwrap();
    assert_eq!(
        (stat.nattch, stat.atime, stat.lpid),
        (6, 1005, parent.0.pid)
    );
    let child = bed.fork(&parent.0);
    assert_eq!(bed.nattch(id), 6);
    bed.engine
        .fork_child(&ticket, &child.1, Pid(child.0.pid))
        .unwrap();
    let again = bed.engine.fork_child(&ticket, &child.1, Pid(child.0.pid));
    assert_eq!(again, Err(Error::EINVAL));
    ticket.drop_right();
    bed.engine.ticket_dropped(&ticket);
    assert_eq!(bed.nattch(id), 6);
    child.0.exit();
    let stat = bed.stat(id).unwrap();
    assert_eq!((stat.nattch, stat.lpid), (3, child.0.pid));
}

/// It died before it could hand the ticket in.
#[test]
fn what_a_dead_child_did_not_claim_is_uncounted() {
    let mut bed = Bed::new();
    let id = bed.segment(PAGE);
    let parent = bed.process();
    bed.attach(id, &parent);
    let ticket = bed.ticket(&parent.1).unwrap();
    bed.engine.ticket_dropped(&ticket);
    assert_eq!(bed.nattch(id), 2, "a false hint");
    ticket.drop_right();
    assert_eq!(bed.nattch(id), 1, "no hint needed");
    let ticket = bed.ticket(&parent.1).unwrap();
    ticket.drop_right();
    bed.engine.ticket_dropped(&ticket);
    assert_eq!(bed.engine.counts().attachments, 1);
}

#[test]
fn a_process_without_attachments_forks_without_a_ticket() {
    let mut bed = Bed::new();
    let parent = bed.process();
    assert!(bed.ticket(&parent.1).is_none());
    let id = bed.segment(PAGE);
    bed.attach(id, &parent);
    let failing = bed
        .engine
        .fork(&USER, &parent.1, Pid(1), || Err(Error::ENOMEM));
    assert_eq!(failing.err(), Some(Error::ENOMEM));
    assert_eq!(bed.nattch(id), 1);
}

/// A removed segment lives while a fork is about to inherit it.
#[test]
fn a_pending_child_keeps_a_removed_segment() {
    let mut bed = Bed::new();
    let id = bed.segment(PAGE);
    let parent = bed.process();
    let base = bed.attach(id, &parent);
    let ticket = bed.ticket(&parent.1).unwrap();
    let child = bed.fork(&parent.0);
    bed.engine.remove(&USER, id.raw()).unwrap();
    bed.engine.detach(&USER, &parent.1, Pid(2), base).unwrap();
    assert_eq!(bed.nattch(id), 1);
    bed.engine
        .fork_child(&ticket, &child.1, Pid(child.0.pid))
        .unwrap();
    ticket.drop_right();
    bed.engine.detach(&USER, &child.1, Pid(2), base).unwrap();
    assert!(bed.engine.is_empty());
}

/// Two threads made a handle each in their first attach: one token is kept.
#[test]
fn the_first_handle_of_a_task_is_the_one_known() {
    let mut bed = Bed::new();
    let id = bed.segment(PAGE);
    let process = bed.process();
    let second = bed.engine.world().task(&process.0);
    bed.attach(id, &process);
    assert_eq!(bed.engine.world().tally.tokens.load(SeqCst), 2);
    let (known, pid) = bed.engine.known(&second).unwrap();
    assert!(known == process.1 && pid == Pid(process.0.pid));
}

/// shmget(2): nobody asks who the creator is when nothing is created.
#[test]
fn creator_is_asked_only_to_create() {
    let bed = Bed::new();
    let flags = GetFlags::from(0o1600);
    let get = |size, limit: Result<Pid>| bed.engine.get(&USER, 5, size, flags, || limit);
    assert_eq!(get(0, Err(Error::ESRCH)), Err(Error::EINVAL));
    assert_eq!(get(1, Err(Error::ESRCH)), Err(Error::ESRCH));
    assert!(bed.engine.is_empty());
    let id = get(1, Ok(Pid(9))).unwrap();
    assert_eq!(get(1, Err(Error::ESRCH)), Ok(id));
    assert_eq!(bed.stat(id).unwrap().cpid, 9);
}

/// A process may have no effective ids on the Hurd.
#[test]
fn a_caller_without_user_ids_creates_nothing_and_is_other() {
    let bed = Bed::new();
    let nobody = Caller {
        uids: &[],
        gids: &[],
    };
    let flags = GetFlags::from(0o1604);
    let get = |caller, flags| bed.engine.get(caller, 5, 1, flags, || Ok(Pid(1)));
    assert_eq!(get(&nobody, flags), Err(Error::EACCES));
    let id = get(&USER, flags).unwrap();
    assert_eq!(get(&nobody, GetFlags::from(0o004)), Ok(id));
    assert_eq!(get(&nobody, GetFlags::from(0o002)), Err(Error::EACCES));
}

/// shmctl(2), IPC_INFO and SHM_INFO.
#[test]
fn info_counts_pages_and_indices() {
    let bed = Bed::new();
    assert_eq!(bed.engine.info().max_index, 0);
    let ids: Vec<Id> = (1..=3).map(|pages| bed.segment(pages * PAGE - 1)).collect();
    let info = bed.engine.info();
    assert_eq!((info.used_ids, info.shm_tot, info.max_index), (3, 6, 3));
    assert_eq!((info.shm_rss, info.shm_swp), (3, 2));
    bed.engine.remove(&USER, ids[2].raw()).unwrap();
    let info = bed.engine.info();
    assert_eq!((info.used_ids, info.shm_tot, info.max_index), (2, 3, 2));
    let usage = |id: Id| {
        bed.stat(id).map(|stat| Usage {
            resident: stat.rss,
            stored: stat.swap,
        })
    };
    assert_eq!(
        usage(ids[1]),
        Ok(Usage {
            resident: 2 * PAGE,
            stored: 0
        })
    );
    assert_eq!(bed.engine.limits(), Limits::default());
    let too_many = Limits {
        shmmni: 32769,
        ..Limits::default()
    };
    assert_eq!(bed.engine.set_limits(too_many), Err(Error::EINVAL));
}

/// Linux numbers them the same; 32768 is all an id can tell apart.
#[test]
fn all_32768_segments_fit() {
    let bed = Bed::new();
    bed.engine
        .set_limits(Limits {
            shmmni: 32768,
            user: UserLimits::NONE,
            ..Limits::default()
        })
        .unwrap();
    let ids: Vec<Id> = (0..32768).map(|_| bed.segment(1)).collect();
    let create = || {
        bed.engine
            .get(&USER, PRIVATE, 1, GetFlags::from(0o600), || Ok(Pid(1)))
    };
    assert_eq!(create(), Err(Error::ENOSPC));
    assert_eq!(bed.engine.info().max_index, 32767);
    assert!(ids.iter().all(|id| id.raw() > 0));
    bed.engine.remove(&USER, ids[77].raw()).unwrap();
    assert_eq!(create().map(Id::index), Ok(ids[77].index()));
    assert_eq!(bed.stat(ids[77]), Err(Error::EINVAL), "stale");
    let _ = bed.engine.world().now();
}
