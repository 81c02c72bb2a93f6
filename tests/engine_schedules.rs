// SPDX-License-Identifier: GPL-2.0-or-later
//! The engine's races under a scheduler that repeats itself: each test runs under 10,000
//! schedules.
//!
//! Tasks are coroutines, and change only where threads could come between two steps of the
//! engine: around its lock, and inside the world. A failure prints the seed of its schedule;
//! `SHUTTLE_RANDOM_SEED=SEED cargo test --test engine_schedules NAME` runs that schedule first.
//! `engine_races` has real threads, which also show missing barriers, but never twice the same.
#![cfg(not(target_os = "hurd"))]

mod fake;

use fake::lock::switch_by;
use fake::{FakeWorld, PAGE, Process, Task};
use shm::{AttachFlags, Caller, Engine, Error, GetFlags, Id, Limits, Pid, Which};
use shuttle::rand::Rng;
use shuttle::scheduler::RandomScheduler;
use shuttle::{Config, Runner, thread};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

const SCHEDULES: usize = 10_000;

const USER: Caller<'_> = Caller {
    uids: &[1000],
    gids: &[1000],
};
/// An address at which tests attach.
const PLACE: u64 = 0x1000_0000;
/// Bytes of every segment.
const SIZE: u64 = 2 * PAGE;

/// Runs `test` under many schedules.
fn under_all_schedules(test: fn()) {
    switch_by(thread::yield_now);
    let mut config = Config::new();
    // A test of a debug build that fails formats its message on this stack.
    config.stack_size = 256 << 10;
    Runner::new(RandomScheduler::new(SCHEDULES), config).run(test);
}

fn engine() -> Engine<FakeWorld> {
    Engine::new(FakeWorld::new(), Limits::default(), 1)
}

fn segment(engine: &Engine<FakeWorld>, key: i32, flags: u32) -> Result<Id, Error> {
    engine.get(&USER, key, SIZE, GetFlags::from(flags), || Ok(Pid(1)))
}

fn attach(engine: &Engine<FakeWorld>, task: &Task, id: Id, base: u64) -> Result<u64, Error> {
    let flags = AttachFlags::empty();
    engine
        .attach(&USER, task, Pid(2), id.raw(), base, flags)
        .map(|attached| attached.address)
}

fn nattch(engine: &Engine<FakeWorld>, id: Id) -> Result<u64, Error> {
    Ok(engine.stat(&USER, Which::Id(id.raw()))?.nattch)
}

/// A process and the engine's handle to it.
fn process(engine: &Engine<FakeWorld>, pid: i32) -> (Arc<Process>, Task) {
    let process = Process::new(pid);
    let task = engine.world().task(&process);
    (process, task)
}

/// shmctl(2), `IPC_RMID`: an attach that succeeds has memory until its detach, though others
/// remove the segment or ask about it meanwhile.
#[test]
fn attach_races_with_removal_and_stat() {
    under_all_schedules(|| {
        let engine = engine();
        let id = segment(&engine, 0, 0o600).unwrap();
        thread::scope(|scope| {
            for pid in 1..=2 {
                let engine = &engine;
                scope.spawn(move || {
                    let (process, task) = process(engine, pid);
                    match attach(engine, &task, id, 0) {
                        Ok(base) => {
                            assert_eq!(process.mapped_pages(base, SIZE), 2);
                            assert!(nattch(engine, id).unwrap() >= 1);
                            engine.detach(&USER, &task, Pid(2), base).unwrap();
                            assert_eq!(process.mapped_pages(base, SIZE), 0);
                        }
                        Err(error) => assert_eq!(error, Error::EINVAL),
                    }
                });
            }
            scope.spawn(|| engine.remove(&USER, id.raw()).unwrap());
            scope.spawn(|| match nattch(&engine, id) {
                Ok(count) => assert!(count <= 2),
                Err(error) => assert_eq!(error, Error::EINVAL),
            });
        });
        assert!(engine.is_empty());
        engine.world().assert_nothing_lives();
    });
}

/// shmdt(2): of two detaches of one attachment exactly one succeeds, though a query may see first
/// that the pages are gone.
#[test]
fn one_of_two_detaches_succeeds() {
    under_all_schedules(|| {
        let engine = engine();
        let id = segment(&engine, 0, 0o600).unwrap();
        let (_process, task) = process(&engine, 1);
        let base = attach(&engine, &task, id, 0).unwrap();
        let won = AtomicU64::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| match engine.detach(&USER, &task, Pid(2), base) {
                    Ok(()) => _ = won.fetch_add(1, SeqCst),
                    Err(error) => assert_eq!(error, Error::EINVAL),
                });
            }
            scope.spawn(|| nattch(&engine, id).unwrap());
            scope.spawn(|| engine.check_task(&task));
        });
        assert_eq!(won.into_inner(), 1);
        assert_eq!(nattch(&engine, id), Ok(0));
        engine.remove(&USER, id.raw()).unwrap();
        drop(task);
        engine.world().assert_nothing_lives();
    });
}

/// Two threads of one process attach and detach at one address.
#[test]
fn detaches_and_attaches_of_one_base_are_counted() {
    under_all_schedules(|| {
        let engine = engine();
        let id = segment(&engine, 0, 0o600).unwrap();
        let (process, task) = process(&engine, 1);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..2 {
                        let attached = attach(&engine, &task, id, PLACE);
                        assert!(matches!(attached, Ok(PLACE) | Err(Error::EINVAL)));
                        let detached = engine.detach(&USER, &task, Pid(2), PLACE);
                        assert!(matches!(detached, Ok(()) | Err(Error::EINVAL)));
                    }
                });
            }
            scope.spawn(|| nattch(&engine, id).unwrap());
        });
        let mapped = process.attachments().len() as u64;
        assert_eq!(nattch(&engine, id), Ok(mapped));
        process.exit();
        engine.remove(&USER, id.raw()).unwrap();
        drop(task);
        engine.world().assert_nothing_lives();
    });
}

/// shmget(2), `EEXIST`: of those who create a key exclusively one succeeds, and the others get its
/// segment until it is removed.
#[test]
fn one_of_several_creators_of_a_key_succeeds() {
    under_all_schedules(|| {
        let engine = engine();
        let won = AtomicU64::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| match segment(&engine, 7, 0o3600) {
                    Ok(id) => {
                        won.fetch_add(1, SeqCst);
                        assert_eq!(segment(&engine, 7, 0), Ok(id));
                    }
                    Err(error) => assert_eq!(error, Error::EEXIST),
                });
            }
            for _ in 0..2 {
                scope.spawn(|| {
                    let id = segment(&engine, 8, 0o1600).unwrap();
                    // Somebody may have removed it since, and somebody else made another.
                    match segment(&engine, 8, 0) {
                        Ok(other) => assert!(other == id || nattch(&engine, id).is_err()),
                        Err(error) => assert_eq!(error, Error::ENOENT),
                    }
                    let removed = engine.remove(&USER, id.raw());
                    assert!(matches!(removed, Ok(()) | Err(Error::EINVAL)));
                });
            }
        });
        assert_eq!(won.into_inner(), 1);
        assert_eq!(engine.counts().segments, 1);
        for stat in engine.list() {
            engine.remove(&USER, stat.id).unwrap();
        }
        engine.world().assert_nothing_lives();
    });
}

/// shmget(2), `ENOSPC`: the last free id goes to one of two.
#[test]
fn limits_hold_for_racing_creators() {
    under_all_schedules(|| {
        let limits = Limits {
            shmmni: 1,
            ..Limits::default()
        };
        let engine = Engine::new(FakeWorld::new(), limits, 1);
        let made = AtomicU64::new(0);
        thread::scope(|scope| {
            for key in 0..3 {
                let (engine, made) = (&engine, &made);
                scope.spawn(move || match segment(engine, key, 0o1600) {
                    Ok(_) => _ = made.fetch_add(1, SeqCst),
                    Err(error) => assert_eq!(error, Error::ENOSPC),
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
        engine.remove(&USER, engine.list()[0].id).unwrap();
        engine.world().assert_nothing_lives();
    });
}

/// fork(2): a ticket counts until the child hands it in or nobody holds it, and then the child
/// counts until it is gone.
#[test]
fn fork_and_claim_race_with_hints_and_removal() {
    under_all_schedules(|| {
        let engine = engine();
        let id = segment(&engine, 0, 0o600).unwrap();
        let (parent, task) = process(&engine, 1);
        let base = attach(&engine, &task, id, 0).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let ticket = engine
                    .fork(&USER, &task, Pid(1), || Ok(engine.world().ticket()))
                    .unwrap();
                let Some(ticket) = ticket else {
                    return; // The detach came first.
                };
                let child = parent.fork(2);
                let childs = engine.world().task(&child);
                thread::scope(|inner| {
                    inner.spawn(|| {
                        engine.fork_child(&ticket, &childs, Pid(2)).unwrap();
                        ticket.drop_right();
                    });
                    // Anybody may hint at any time.
                    inner.spawn(|| engine.ticket_dropped(&ticket));
                });
                if !child.attachments().is_empty() {
                    assert!(nattch(&engine, id).unwrap() >= 1);
                }
                child.exit();
                engine.check_task(&childs);
            });
            scope.spawn(|| engine.detach(&USER, &task, Pid(2), base).unwrap());
            scope.spawn(|| engine.remove(&USER, id.raw()).unwrap());
            scope.spawn(|| match nattch(&engine, id) {
                Ok(count) => assert!(count <= 2),
                Err(error) => assert_eq!(error, Error::EINVAL),
            });
        });
        assert!(engine.is_empty());
        drop(task);
        engine.world().assert_nothing_lives();
    });
}

/// A process that died while it attached is not counted afterwards.
#[test]
fn death_races_with_attach() {
    under_all_schedules(|| {
        let engine = engine();
        let id = segment(&engine, 0, 0o600).unwrap();
        let (process, task) = process(&engine, 1);
        thread::scope(|scope| {
            scope.spawn(|| {
                let attached = attach(&engine, &task, id, 0);
                assert!(matches!(attached, Ok(_) | Err(Error::ESRCH)));
            });
            scope.spawn(|| {
                process.exit();
                engine.check_task(&task);
            });
            scope.spawn(|| nattch(&engine, id).unwrap());
        });
        assert_eq!(nattch(&engine, id), Ok(0));
        engine.remove(&USER, id.raw()).unwrap();
        drop(task);
        engine.world().assert_nothing_lives();
    });
}

/// Three threads do what they like to two segments and two processes. When they are done, what is
/// counted is what is mapped.
#[test]
fn random_calls_leave_exact_counts() {
    under_all_schedules(|| {
        let engine = engine();
        let ids = [(); 2].map(|()| segment(&engine, 0, 0o600).unwrap());
        let processes = [1, 2].map(|pid| (process(&engine, pid), shuttle::sync::Mutex::new(())));
        let forked = std::sync::Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..4 {
                        step(&engine, &ids, &processes, &forked);
                    }
                });
            }
        });
        let forked = forked.into_inner().unwrap();
        let first = || processes.iter().map(|(known, _)| known);
        let all = || first().chain(&forked).map(|(process, _)| process);
        let mapped: usize = all().map(|process| process.attachments().len()).sum();
        let counted: Vec<u64> = ids
            .iter()
            .filter_map(|id| nattch(&engine, *id).ok())
            .collect();
        assert_eq!(counted.iter().sum::<u64>(), mapped as u64);
        for process in all() {
            process.exit();
        }
        for id in ids {
            let _ = engine.remove(&USER, id.raw());
        }
        assert!(engine.is_empty());
        drop((processes, forked));
        engine.world().assert_nothing_lives();
    });
}

type Known = (Arc<Process>, Task);

/// One call or event, chosen by the schedule's seed.
fn step(
    engine: &Engine<FakeWorld>,
    ids: &[Id; 2],
    processes: &[(Known, shuttle::sync::Mutex<()>); 2],
    forked: &std::sync::Mutex<Vec<Known>>,
) {
    let mut random = shuttle::rand::thread_rng();
    let id = ids[random.gen_range(0..2)];
    let ((process, task), lock) = &processes[random.gen_range(0..2)];
    let base = PLACE + random.gen_range(0..3) * PAGE;
    match random.gen_range(0..9) {
        0 | 1 => {
            let _lock = lock.lock().unwrap();
            let _ = attach(engine, task, id, base);
        }
        2 => {
            let _lock = lock.lock().unwrap();
            let flags = AttachFlags::REMAP;
            let _ = engine.attach(&USER, task, Pid(2), id.raw(), base, flags);
        }
        3 => {
            let _lock = lock.lock().unwrap();
            let _ = engine.detach(&USER, task, Pid(2), base);
        }
        4 => process.munmap(base, PAGE),
        5 => process.overmap(base, PAGE),
        6 => {
            process.exec();
            engine.check_task(task);
        }
        7 => _ = nattch(engine, id),
        _ => {
            // The child gets what the parent has mapped when it comes to be. The client's lock
            // sees to it that the parent attaches and detaches nothing after the ticket is made.
            let _lock = lock.lock().unwrap();
            let ticket = engine.fork(&USER, task, Pid(2), || Ok(engine.world().ticket()));
            if let Ok(Some(ticket)) = ticket {
                let child = process.fork(3);
                let childs = engine.world().task(&child);
                let _ = engine.fork_child(&ticket, &childs, Pid(3));
                ticket.drop_right();
                engine.ticket_dropped(&ticket);
                forked.lock().unwrap().push((child, childs));
            }
        }
    }
}

/// The scheduler repeats itself: one seed, one order of steps.
#[test]
fn a_seed_repeats_its_schedule() {
    thread_local! {
        static ORDER: Cell<u64> = const { Cell::new(0) };
    }
    let run = |seed| {
        switch_by(thread::yield_now);
        ORDER.set(0);
        let scheduler = RandomScheduler::new_from_seed(seed, 1);
        Runner::new(scheduler, Config::new()).run(|| {
            let engine = engine();
            thread::scope(|scope| {
                for number in 1..=3 {
                    let engine = &engine;
                    scope.spawn(move || {
                        for _ in 0..4 {
                            engine.counts();
                            ORDER.set(ORDER.get() * 4 + number);
                        }
                    });
                }
            });
        });
        ORDER.get()
    };
    let orders: Vec<u64> = (0..8).map(run).collect();
    assert_eq!(orders, (0..8).map(run).collect::<Vec<_>>());
    assert!(orders.iter().any(|order| *order != orders[0]));
}
