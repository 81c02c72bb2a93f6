// SPDX-License-Identifier: GPL-2.0-or-later
//! Which call sets which time, to the second: each kind of call is made on a segment
//! of its own, in a later second than what was before.

use super::actor::Call;
use super::pair::{Actor, Pair};
use std::time::{Duration, SystemTime};

type Step = fn(&mut Pair, &mut Actor, i32);

/// Panics where the two sides differ.
pub fn run() {
    let steps: [Step; 8] = [
        |pair, actor, id| _ = pair.attach(actor, id, 0, 0),
        |pair, actor, id| _ = pair.attach(actor, id, 1, 0),
        |pair, actor, id| {
            let of_id = actor.mapped.iter().find(|mapped| mapped.id == id).copied();
            if let Some(mapped) = of_id {
                pair.detach(actor, mapped.linux, mapped.ours);
            }
        },
        |pair, actor, id| _ = pair.set(actor, id, [0, 0, 0o600]),
        |pair, actor, id| _ = pair.remove(actor, id),
        |pair, actor, id| _ = pair.lock(actor, id, true),
        |pair, actor, id| _ = pair.stat(actor, shm::Which::Id(id)),
        |pair, actor, id| {
            let of_id = actor.mapped.iter().find(|mapped| mapped.id == id).copied();
            if let Some(mapped) = of_id {
                pair.unmap(actor, Call::Unmap, [mapped.linux, mapped.ours, mapped.size]);
            }
        },
    ];
    let mut pair = Pair::new();
    let mut actor = pair.start(0);
    await_second();
    let mut ids = Vec::new();
    for _ in &steps {
        let id = pair.get(&actor, 0, 5000, 0o600) as i32;
        pair.attach(&mut actor, id, 0, 0);
        ids.push(id);
    }
    pair.compare(0);
    await_second();
    for (&id, step) in ids.iter().zip(&steps) {
        step(&mut pair, &mut actor, id);
        pair.compare(0);
    }
    await_second();
    let child = pair.fork(&actor, 1);
    pair.compare(0);
    await_second();
    pair.end(&child, &actor, Call::Exit);
    pair.compare(0);
    actor.process.exit();
}

/// A second has just begun, and the kernel's coarse clock knows.
fn await_second() {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("after 1970");
    let into = Duration::from_nanos(now.subsec_nanos().into());
    std::thread::sleep(Duration::from_millis(1020) - into);
}
