// SPDX-License-Identifier: GPL-2.0-or-later
//! Many threads on one engine. The fake world panics when the registry lock is held
//! where it must not be, and when memory is freed while mapped.

mod fake;

use fake::{FakeWorld, PAGE, Process, Task};
use shm::{AttachFlags, Caller, Engine, Error, GetFlags, Id, Limits, Pid, Which};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::thread;

const USER: Caller<'_> = Caller {
    uids: &[1000],
    gids: &[1000],
};
const THREADS: u64 = 4;
const ROUNDS: u64 = 400;

fn engine() -> Engine<FakeWorld> {
    Engine::new(FakeWorld::new(), Limits::default(), 1)
}

fn segment(engine: &Engine<FakeWorld>, key: i32, flags: u32) -> Result<Id, Error> {
    engine.get(&USER, key, 2 * PAGE, GetFlags::from(flags), || Ok(Pid(1)))
}

fn attach(engine: &Engine<FakeWorld>, task: &Task, id: Id) -> Result<u64, Error> {
    let flags = AttachFlags::empty();
    engine
        .attach(&USER, task, Pid(2), id.raw(), 0, flags)
        .map(|attached| attached.address)
}

/// Runs `work` in every thread at once, in rounds that begin together.
fn together(rounds: u64, work: impl Fn(u64, u64) + Sync) {
    let barrier = Barrier::new(THREADS as usize);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (barrier, work) = (&barrier, &work);
            scope.spawn(move || {
                for round in 0..rounds {
                    barrier.wait();
                    work(thread, round);
                }
            });
        }
    });
}

/// shmdt(2): two detaches of one attachment cannot both succeed.
#[test]
fn exactly_one_of_racing_detaches_succeeds() {
    let engine = engine();
    let id = segment(&engine, 0, 0o600).unwrap();
    let process = Process::new(1);
    let task = engine.world().task(&process);
    let bases: Vec<u64> = (0..ROUNDS)
        .map(|_| attach(&engine, &task, id).unwrap())
        .collect();
    let won = AtomicU64::new(0);
    together(ROUNDS, |thread, round| {
        // A query that sees the pages gone drops the record before the detach does.
        if thread == 0 {
            engine.stat(&USER, Which::Id(id.raw())).unwrap();
        }
        match engine.detach(&USER, &task, Pid(2), bases[round as usize]) {
            Ok(()) => _ = won.fetch_add(1, SeqCst),
            Err(error) => assert_eq!(error, Error::EINVAL),
        }
    });
    assert_eq!(won.into_inner(), ROUNDS);
    assert_eq!(engine.counts().attachments, 0);
    engine.remove(&USER, id.raw()).unwrap();
    drop(task);
    engine.world().assert_nothing_lives();
}

/// shmget(2), EEXIST: of those who create exclusively, one does.
#[test]
fn exactly_one_of_racing_creators_wins() {
    let engine = engine();
    let won = AtomicU64::new(0);
    together(ROUNDS, |_, round| {
        let key = round as i32 + 1;
        match segment(&engine, key, 0o3600) {
            Ok(_) => _ = won.fetch_add(1, SeqCst),
            Err(error) => assert_eq!(error, Error::EEXIST),
        }
        // Without IPC_EXCL, all get the same.
        let id = segment(&engine, -key, 0o1600).unwrap();
        assert_eq!(segment(&engine, -key, 0), Ok(id));
    });
    assert_eq!(won.into_inner(), ROUNDS);
    assert_eq!(engine.counts().segments, 2 * ROUNDS);
    for stat in engine.list() {
        engine.remove(&USER, stat.id).unwrap();
    }
    engine.world().assert_nothing_lives();
}

/// shmctl(2), IPC_RMID: an attach that succeeds has memory, and the last detach
/// destroys.
#[test]
fn attaches_that_race_with_removal_succeed_or_find_nothing() {
    let engine = engine();
    for _ in 0..ROUNDS {
        let id = segment(&engine, 0, 0o600).unwrap();
        together(1, |thread, _| {
            let process = Process::new(thread as i32);
            let task = engine.world().task(&process);
            if thread == 0 {
                engine.remove(&USER, id.raw()).unwrap();
                return;
            }
            match attach(&engine, &task, id) {
                Ok(base) => {
                    assert_eq!(process.mapped_pages(base, 2 * PAGE), 2);
                    assert!(engine.stat(&USER, Which::Id(id.raw())).unwrap().nattch >= 1);
                    engine.detach(&USER, &task, Pid(2), base).unwrap();
                }
                Err(error) => assert_eq!(error, Error::EINVAL),
            }
        });
        assert!(engine.is_empty());
    }
    engine.world().assert_nothing_lives();
}

/// Processes come, attach, fork and die without a word, while others query; in the end
/// nobody is counted.
#[test]
fn counts_are_exact_when_the_dust_settles() {
    let engine = engine();
    let ids: Vec<Id> = (0..3)
        .map(|_| segment(&engine, 0, 0o600).unwrap())
        .collect();
    together(ROUNDS, |thread, round| {
        let id = ids[((thread + round) % 3) as usize];
        let process = Process::new(thread as i32);
        let task = engine.world().task(&process);
        let base = attach(&engine, &task, id).unwrap();
        let ticket = engine
            .fork(&USER, &task, Pid(2), || Ok(engine.world().ticket()))
            .unwrap()
            .unwrap();
        let child = process.fork(thread as i32 + 100);
        let childs = engine.world().task(&child);
        engine.fork_child(&ticket, &childs, Pid(child.pid)).unwrap();
        ticket.drop_right();
        engine.ticket_dropped(&ticket);
        let stat = engine.stat(&USER, Which::Id(id.raw())).unwrap();
        assert!((2..=2 * THREADS).contains(&stat.nattch), "{}", stat.nattch);
        match round % 3 {
            0 => engine.detach(&USER, &task, Pid(2), base).unwrap(),
            1 => process.exec(),
            _ => engine
                .attach(&USER, &task, Pid(2), id.raw(), base, AttachFlags::REMAP)
                .map(drop)
                .unwrap(),
        }
        engine.check_task(&task);
        process.exit();
        child.exit();
    });
    for id in ids {
        assert_eq!(engine.stat(&USER, Which::Id(id.raw())).unwrap().nattch, 0);
        engine.remove(&USER, id.raw()).unwrap();
    }
    assert!(engine.is_empty());
    engine.world().assert_nothing_lives();
}

/// Threads of one process use the same few addresses.
#[test]
fn what_is_counted_at_contested_addresses_is_what_is_mapped() {
    let engine = engine();
    let id = segment(&engine, 0, 0o600).unwrap();
    let process = Process::new(1);
    let task = engine.world().task(&process);
    let (attached, detached) = (AtomicU64::new(0), AtomicU64::new(0));
    let place = 0x1000_0000;
    together(ROUNDS, |thread, round| {
        let base = place + (thread + round) % 2 * 2 * PAGE;
        let flags = AttachFlags::empty();
        match engine.attach(&USER, &task, Pid(2), id.raw(), base, flags) {
            Ok(_) => _ = attached.fetch_add(1, SeqCst),
            Err(error) => assert_eq!(error, Error::EINVAL),
        }
        match engine.detach(&USER, &task, Pid(2), base) {
            Ok(()) => _ = detached.fetch_add(1, SeqCst),
            Err(error) => assert_eq!(error, Error::EINVAL),
        }
    });
    let left = engine.stat(&USER, Which::Id(id.raw())).unwrap().nattch;
    assert_eq!(left, process.mapped_pages(place, 8 * PAGE) as u64 / 2);
    // A detach that removed pages of an attach that is not yet on record may be refused.
    assert!(attached.into_inner() - detached.into_inner() >= left);
    process.exit();
    engine.remove(&USER, id.raw()).unwrap();
    drop(task);
    engine.world().assert_nothing_lives();
}
