// SPDX-License-Identifier: GPL-2.0-or-later
//! No call gets dearer with segments and attachments that it has nothing to do with.
//!
//! The budget is on the whole call, of which the engine is a few hundred nanoseconds in
//! some hundred microseconds; here the engine alone has to stay within a small multiple,
//! which a walk over the table would exceed a hundredfold.

mod fake;

use fake::{FakeWorld, PAGE, Process, Task};
use shm::{AttachFlags, Caller, Engine, GetFlags, Id, Limits, Pid, Which};
use std::time::{Duration, Instant};

const USER: Caller<'_> = Caller {
    uids: &[1000],
    gids: &[1000],
};
const SLACK: u32 = 8;
const NOISE: Duration = Duration::from_micros(2);

fn engine() -> Engine<FakeWorld> {
    let limits = Limits {
        shmmni: 32768,
        ..Limits::default()
    };
    Engine::new(FakeWorld::new(), limits, 1)
}

fn create(engine: &Engine<FakeWorld>, key: i32) -> Id {
    engine
        .get(&USER, key, PAGE, GetFlags::from(0o1600), || Ok(Pid(1)))
        .unwrap()
}

fn attach(engine: &Engine<FakeWorld>, task: &Task, id: Id) -> u64 {
    let flags = AttachFlags::empty();
    engine
        .attach(&USER, task, Pid(2), id.raw(), 0, flags)
        .unwrap()
        .address
}

/// The fastest of many.
fn cost(mut call: impl FnMut()) -> Duration {
    let once = |call: &mut dyn FnMut()| {
        let start = Instant::now();
        call();
        start.elapsed()
    };
    (0..500).map(|_| once(&mut call)).min().unwrap()
}

/// What each call costs now.
fn costs(engine: &Engine<FakeWorld>) -> [(&'static str, Duration); 7] {
    let process = Process::new(1);
    let task = engine.world().task(&process);
    let id = create(engine, 0x1234_5678);
    let raw = id.raw();
    let costs = [
        (
            "shmget, found",
            cost(|| assert_eq!(create(engine, 0x1234_5678), id)),
        ),
        (
            "shmget and IPC_RMID",
            cost(|| engine.remove(&USER, create(engine, 0).raw()).unwrap()),
        ),
        (
            "shmat and shmdt",
            cost(|| {
                engine
                    .detach(&USER, &task, Pid(2), attach(engine, &task, id))
                    .unwrap()
            }),
        ),
        (
            "IPC_STAT",
            cost(|| _ = engine.stat(&USER, Which::Id(raw)).unwrap()),
        ),
        (
            "IPC_SET",
            cost(|| engine.set(&USER, raw, 1000, 1000, 0o600).unwrap()),
        ),
        ("SHM_INFO", cost(|| _ = engine.info())),
        (
            "fork",
            cost(|| {
                assert!(
                    engine
                        .fork(&USER, &task, Pid(2), || unreachable!())
                        .unwrap()
                        .is_none()
                )
            }),
        ),
    ];
    engine.remove(&USER, raw).unwrap();
    costs
}

fn compare(few: &[(&str, Duration)], many: &[(&str, Duration)]) {
    for ((name, few), (_, many)) in few.iter().zip(many) {
        println!("{name}: {few:?}, then {many:?}");
        assert!(
            *many <= *few * SLACK + NOISE,
            "{name}: {few:?} has grown to {many:?}"
        );
    }
}

#[test]
fn calls_do_not_get_dearer_with_10_000_segments() {
    let engine = engine();
    let few = costs(&engine);
    for key in 1..=10_000 {
        create(&engine, key);
    }
    compare(&few, &costs(&engine));
}

#[test]
fn attaching_does_not_get_dearer_with_1_000_attachments() {
    let engine = engine();
    let few = costs(&engine);
    let process = Process::new(2);
    let task = engine.world().task(&process);
    let id = create(&engine, 1);
    let attach_detach = || {
        engine
            .detach(&USER, &task, Pid(2), attach(&engine, &task, id))
            .unwrap()
    };
    let one = [("shmat and shmdt of the same", cost(attach_detach))];
    for _ in 0..1000 {
        attach(&engine, &task, id);
    }
    compare(&one, &[("", cost(attach_detach))]);
    compare(&few, &costs(&engine));
    process.exit();
}
