// SPDX-License-Identifier: GPL-2.0-or-later
//! From creation to the last detach: counts, times, processes, and clients that end without a
//! word.

use core::sync::atomic::Ordering;
use core::time::Duration;

use bare_rt::clock;
use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq};
use gnumach::right::{SendRight, valid};
use gnumach::trap;
use shm::wire::defs::{SYSVSHM_CREATE, SYSVSHM_DEST, SYSVSHM_EXCLUSIVE, SYSVSHM_HELD};

use crate::ground::{
    Client, Ground, PAGE, SOON, Segment, Told, check_refused, reach, reaches, read, within, write,
};
use crate::vm::{self, Task};

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test(
        "attach, detach and set move the fields they should and no other",
        fields,
    );
    test("a killed client is not counted at the next look", killed);
    test(
        "a client that faults, exits or is terminated from outside is not counted",
        ends,
    );
    test(
        "a removed segment goes soon after its last client, though nobody looks",
        unasked,
    );
    test(
        "so does one whose client had a second task to die first",
        unasked_in_turn,
    );
    test(
        "a removed segment that is unmapped without a word goes in the end",
        unmapped_unasked,
    );
    test(
        "a removed segment lives on for those who know its id",
        removed,
    );
    test(
        "a removed segment of a killed client is gone at the next look",
        removed_and_killed,
    );
    test(
        "exec, which clears names and memory of a living task, detaches",
        exec,
    );
    test(
        "a process may drop its token and stays counted",
        token_dropped,
    );
    test(
        "a process that says it holds its token gets no second right to it",
        token_held,
    );
    test("a fork counts twice from before it until its end", forked);
    test(
        "a ticket that nobody holds uncounts what it stood for",
        ticket_dropped,
    );
    test(
        "a child that dies before it claims its ticket is uncounted",
        child_dies,
    );
    test("a ticket is claimed once", ticket_once);
    test(
        "a fork of a process without attachments needs no ticket",
        no_ticket,
    );
    test(
        "shmdt between fork and claim leaves the child its attachment",
        detach_then_claim,
    );
    test("nattch is exact with 300 attachments of 10 tasks", many);
}

fn fields(ground: &Ground) -> Outcome {
    // By the server's clock: it counts the processor's cycles, and on a busy host it is some
    // seconds away from the kernel's in the end.
    let server_time = || -> Result<i64, alloc::string::String> {
        let segment = ground.segment(PAGE)?;
        Ok(ground.root.stat(segment.id).told()?.ctime)
    };
    let kernel_time = clock::now().as_secs() as i64;
    let began = server_time()?;
    check!(
        (began - kernel_time).abs() < 60,
        "the server's clock says {began}, the kernel's {kernel_time}"
    );
    let client = ground.client(&ground.root, 61, move |session, words| {
        let Ok(id) = session.get(4711, 3 * PAGE, SYSVSHM_CREATE | 0o600) else {
            return 1;
        };
        words[2].store(id as u32, Ordering::Relaxed);
        reach(&words[1], 1);
        i32::from(!reaches(&words[1], 2))
    })?;
    client.reaches(1, 1)?;
    let id = client.word(2).load(Ordering::Relaxed) as i32;
    let ds = ground.root.stat(id).told()?;
    check_eq!(
        (ds.cpid, ds.lpid, ds.nattch, ds.atime, ds.dtime),
        (61, 0, 0, 0, 0)
    );
    let now = server_time()?;
    check!(
        (began..=now).contains(&ds.ctime),
        "made at {}, begun at {began}, now is {now}",
        ds.ctime
    );
    let ctime = ds.ctime;
    let attached = ground.root.attach_to(client.task(), id, 0, 0).told()?;
    let ds = ground.root.stat(id).told()?;
    check_eq!(
        (ds.cpid, ds.lpid, ds.nattch, ds.dtime, ds.ctime),
        (61, 61, 1, 0, ctime)
    );
    check!((began..=server_time()?).contains(&ds.atime));
    // Detached by another than attached: the count is the task's, the process its own.
    ground
        .root
        .detach_from(client.task(), attached.address)
        .told()?;
    let ds = ground.root.stat(id).told()?;
    check_eq!((ds.lpid, ds.nattch, ds.ctime), (61, 0, ctime));
    check!((began..=server_time()?).contains(&ds.dtime));
    let attached = ground.root.attach(id, 0, 0).told()?;
    check_eq!(ground.root.stat(id).told()?.lpid, 1);
    ground.root.detach(attached.address).told()?;
    clock::sleep(Duration::from_millis(1100));
    ground.root.set(id, 5, 5, 0o640).told()?;
    let ds = ground.root.stat(id).told()?;
    check!(ds.ctime > ctime);
    let again = ground.root.stat(id).told()?;
    check_eq!(
        (again.atime, again.dtime, again.ctime),
        (ds.atime, ds.dtime, ds.ctime)
    );
    reach(client.word(1), 2);
    client.returns(0)?;
    // The pid of a process that is no more stays.
    check_eq!(ground.root.stat(id).told()?.cpid, 61);
    ground.root.remove(id).told()
}

/// A client that has the segment attached and waits.
fn waiting(ground: &Ground, id: i32, pid: i32) -> Result<Client, alloc::string::String> {
    let client = ground.client(&ground.root, pid, move |session, words| {
        let Ok(attached) = session.attach(id, 0, 0) else {
            return 1;
        };
        write(attached.address, 77);
        words[2].store(attached.address as u32, Ordering::Relaxed);
        words[3].store((attached.address >> 32) as u32, Ordering::Relaxed);
        reach(&words[1], 1);
        if !reaches(&words[1], 2) {
            return 2;
        }
        0
    })?;
    client.reaches(1, 1)?;
    Ok(client)
}

fn killed(ground: &Ground) -> Outcome {
    let segment = ground.segment(2 * PAGE)?;
    for pid in 62..72 {
        let client = waiting(ground, segment.id, pid)?;
        check_eq!(segment.nattch()?, 1);
        client.kill()?;
        let ds = ground.root.stat(segment.id).told()?;
        check_eq!((ds.nattch, ds.lpid), (0, pid));
        check!(ds.dtime != 0);
    }
    check_eq!(segment.attach(0, 0)?.read(0), 77);
    Ok(())
}

fn ends(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let client = waiting(ground, segment.id, 73)?;
    reach(client.word(1), 2);
    client.returns(0)?;
    check_eq!(segment.nattch()?, 0);
    let id = segment.id;
    let client = ground.client(&ground.root, 74, move |session, _| {
        let attached = session.attach(id, 0, 0);
        read(8);
        i32::from(attached.is_ok())
    })?;
    let ended = client.child.wait(SOON);
    check!(
        matches!(ended, Ok(bare_rt::task::Ending::Exception { .. })),
        "{ended:?}"
    );
    check_eq!(segment.nattch()?, 0);
    // A task that never ran a thread.
    let task = Task::empty().told()?;
    let attached = ground
        .root
        .attach_to(task.name(), segment.id, 0, 0)
        .told()?;
    check_eq!(segment.nattch()?, 1);
    drop(task);
    check_eq!(segment.nattch()?, 0);
    drop(attached);
    Ok(())
}

/// Waits, without asking about the segment, until `count` segments are left.
fn left(ground: &Ground, count: u64) -> Outcome {
    let used = || ground.root.info().map_or(u64::MAX, |info| info.used_ids);
    check!(within(SOON, || used() == count), "{} are left", used());
    Ok(())
}

fn unasked(ground: &Ground) -> Outcome {
    for _ in 0..5 {
        let segment = ground.segment(PAGE)?;
        let client = waiting(ground, segment.id, 75)?;
        drop(segment);
        left(ground, 1)?;
        client.child.kill();
        left(ground, 0)?;
    }
    Ok(())
}

fn unasked_in_turn(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let (one, two) = (
        waiting(ground, segment.id, 76)?,
        waiting(ground, segment.id, 77)?,
    );
    drop(segment);
    one.kill()?;
    ground.answers()?;
    check_eq!(ground.root.info().told()?.used_ids, 1);
    two.child.kill();
    left(ground, 0)
}

fn unmapped_unasked(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let mapping = segment.attach(0, 0)?;
    drop(segment);
    vm::deallocate(trap::mach_task_self(), mapping.address(), PAGE).told()?;
    // The token stays: nothing tells the server but its own looking.
    left(ground, 0)
}

fn removed(ground: &Ground) -> Outcome {
    let id = ground.root.get(88, PAGE, SYSVSHM_CREATE | 0o600).told()?;
    let first = Segment::of(ground, id);
    let mapping = first.attach(0, 0)?;
    let before = ground.root.stat(id).told()?;
    ground.root.remove(id).told()?;
    let ds = ground.root.stat(id).told()?;
    check_eq!((ds.key, ds.mode, ds.nattch), (0, 0o600 | SYSVSHM_DEST, 1));
    check_eq!((ds.ctime, ds.lpid), (before.ctime, before.lpid));
    check_refused!(ground.root.get(88, 0, 0), ENOENT);
    // The key is free at once.
    let other = ground
        .root
        .get(88, PAGE, SYSVSHM_CREATE | SYSVSHM_EXCLUSIVE)
        .told()?;
    check!(other != id);
    ground.root.remove(other).told()?;
    mapping.write(0, 5);
    let second = first.attach(0, 0)?;
    check_eq!(second.read(0), 5);
    ground.root.set(id, 3, 4, 0).told()?;
    check_eq!(ground.root.stat(id).told()?.mode, SYSVSHM_DEST);
    ground.root.remove(id).told()?;
    ground.root.lock(id, 1).told()?;
    mapping.detach().told()?;
    check_eq!(ground.root.list().told()?.len(), 1);
    check_eq!(ground.root.info().told()?.used_ids, 1);
    second.detach().told()?;
    check_refused!(ground.root.stat(id), EINVAL);
    check_refused!(ground.root.attach(id, 0, 0), EINVAL);
    Ok(())
}

fn removed_and_killed(ground: &Ground) -> Outcome {
    for look in 0..4 {
        let segment = ground.segment(PAGE)?;
        let id = segment.id;
        let client = waiting(ground, id, 78)?;
        drop(segment);
        client.kill()?;
        match look {
            0 => check_refused!(ground.root.stat(id), EINVAL),
            1 => check_refused!(ground.root.attach(id, 0, 0), EINVAL),
            2 => check_refused!(ground.root.set(id, 1, 1, 0), EINVAL),
            _ => check_refused!(ground.root.remove(id), EINVAL),
        }
    }
    Ok(())
}

fn exec(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let id = segment.id;
    // As the exec server does: first the names, then, later, the memory; the task lives.
    let client = ground.client(&ground.root, 79, move |session, words| {
        let Ok(attached) = session.attach(id, 0, 0) else {
            return 1;
        };
        let (address, size) = (attached.address, attached.size);
        drop(attached.token);
        reach(&words[1], 1);
        if !reaches(&words[1], 2) || vm::deallocate(trap::mach_task_self(), address, size).is_err()
        {
            return 2;
        }
        reach(&words[1], 3);
        i32::from(!reaches(&words[1], 4))
    })?;
    client.reaches(1, 1)?;
    check_eq!(segment.nattch()?, 1);
    drop(segment);
    clock::sleep(Duration::from_millis(200));
    check_eq!(ground.root.info().told()?.used_ids, 1);
    reach(client.word(1), 2);
    client.reaches(1, 3)?;
    left(ground, 0)?;
    reach(client.word(1), 4);
    client.returns(0)
}

fn token_dropped(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let attached = ground.root.attach(segment.id, 0, 0).told()?;
    let address = attached.address;
    drop(attached);
    clock::sleep(Duration::from_millis(300));
    check_eq!(segment.nattch()?, 1);
    // The next attach gives the same port again, and its loss tells again.
    let again = ground.root.attach(segment.id, 0, 0).told()?;
    check_eq!(segment.nattch()?, 2);
    ground.root.detach(again.address).told()?;
    ground.root.detach(address).told()?;
    check_eq!(segment.nattch()?, 0);
    Ok(())
}

fn token_held(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let task = Task::empty().told()?;
    let attach = |flags| {
        let attached = ground.root.attach_to(task.name(), segment.id, flags, 0);
        attached.map(|attached| attached.token).told()
    };
    // What it says is not believed before the server gave it one.
    let first = attach(SYSVSHM_HELD)?;
    check!(valid(first.name()));
    check!(!valid(attach(SYSVSHM_HELD)?.name()));
    check_eq!(attach(0)?.name(), first.name());
    check_eq!(segment.nattch()?, 3);
    // The one right is enough to tell of its end, though nobody looks.
    drop(segment);
    drop((task, first));
    left(ground, 0)
}

fn forked(ground: &Ground) -> Outcome {
    let (one, two) = (ground.segment(PAGE)?, ground.segment(PAGE)?);
    let mapping = one.attach(0, 0)?;
    let (_second, _third) = (one.attach(0, 0)?, two.attach(0, 0)?);
    check_eq!((one.nattch()?, two.nattch()?), (2, 1));
    let ticket = ground.root.fork().told()?.ok_or("no ticket")?;
    // Counted before the child exists, and told with the parent's process.
    check_eq!((one.nattch()?, two.nattch()?), (4, 2));
    let at = mapping.address();
    let client = ground.client(&ground.root, 80, move |_, words| {
        write(at, 80);
        reach(&words[1], 1);
        if !reaches(&words[1], 2) {
            return 1;
        }
        i32::from(read(at) != 81)
    })?;
    let token = ground
        .root
        .fork_child(client.task(), ticket.name())
        .told()?;
    drop(ticket);
    check_eq!((one.nattch()?, two.nattch()?), (4, 2));
    client.reaches(1, 1)?;
    check_eq!(mapping.read(0), 80);
    // The child's are its own: what the parent does does not touch them.
    ground.root.detach_from(client.task(), at).told()?;
    check_eq!((one.nattch()?, two.nattch()?), (3, 2));
    check!(vm::is_mapped(trap::mach_task_self(), at) && !vm::is_mapped(client.task(), at));
    drop(token);
    client.kill()?;
    let ds = ground.root.stat(one.id).told()?;
    check_eq!((ds.nattch, ds.lpid), (2, 80));
    check_eq!(two.nattch()?, 1);
    Ok(())
}

fn ticket_dropped(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let ticket = ground.root.fork().told()?;
    check_eq!(segment.nattch()?, 2);
    drop(ticket);
    check_eq!(segment.nattch()?, 1);
    // And unasked: the list counts what is on record.
    let ticket = ground.root.fork().told()?;
    let on_record = || {
        let list = ground.root.list().unwrap_or_default();
        list.first().map_or(0, |ds| ds.nattch)
    };
    check_eq!(on_record(), 2);
    drop(ticket);
    check!(
        within(SOON, || on_record() == 1),
        "{} on record",
        on_record()
    );
    drop(mapping);
    // The last of a removed segment.
    let mapping = segment.attach(0, 0)?;
    let ticket = ground.root.fork().told()?;
    mapping.detach().told()?;
    drop(segment);
    check_eq!(ground.root.info().told()?.used_ids, 1);
    drop(ticket);
    left(ground, 0)
}

fn child_dies(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let _mapping = segment.attach(0, 0)?;
    let ticket = ground.root.fork().told()?.ok_or("no ticket")?;
    let child = Task::inheriting().told()?;
    child.give(0x1000, ticket.try_clone().told()?).told()?;
    drop(ticket);
    // The child's copy of the right holds the count.
    clock::sleep(Duration::from_millis(100));
    check_eq!(segment.nattch()?, 2);
    drop(child);
    check!(within(SOON, || segment.nattch() == Ok(1)));
    Ok(())
}

fn ticket_once(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let _mapping = segment.attach(0, 0)?;
    let ticket = ground.root.fork().told()?.ok_or("no ticket")?;
    let (child, other) = (Task::inheriting().told()?, Task::inheriting().told()?);
    check_refused!(ground.root.fork_child(0, ticket.name()), ESRCH);
    let _token = ground.root.fork_child(child.name(), ticket.name()).told()?;
    check_eq!(segment.nattch()?, 2);
    check_refused!(ground.root.fork_child(child.name(), ticket.name()), EINVAL);
    check_refused!(ground.root.fork_child(other.name(), ticket.name()), EINVAL);
    check_eq!(segment.nattch()?, 2);
    drop(child);
    check_eq!(segment.nattch()?, 1);
    Ok(())
}

fn no_ticket(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    check!(ground.root.fork().told()?.is_none());
    segment.attach(0, 0)?.detach().told()?;
    check!(ground.root.fork().told()?.is_none());
    Ok(())
}

fn detach_then_claim(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let at = mapping.address();
    let ticket = ground.root.fork().told()?.ok_or("no ticket")?;
    let child = Task::inheriting().told()?;
    mapping.detach().told()?;
    check_eq!(segment.nattch()?, 1);
    let token: SendRight = ground.root.fork_child(child.name(), ticket.name()).told()?;
    drop(ticket);
    check_eq!(segment.nattch()?, 1);
    ground.root.detach_from(child.name(), at).told()?;
    check_eq!(segment.nattch()?, 0);
    drop(token);
    Ok(())
}

fn many(ground: &Ground) -> Outcome {
    let segment = ground.segment(2 * PAGE)?;
    let mut tasks = alloc::vec::Vec::new();
    for _ in 0..10 {
        let task = Task::empty().told()?;
        let mut bases = alloc::vec::Vec::new();
        for _ in 0..30 {
            bases.push(
                ground
                    .root
                    .attach_to(task.name(), segment.id, 0, 0)
                    .told()?
                    .address,
            );
        }
        tasks.push((task, bases));
    }
    let mut count = 300;
    check_eq!(segment.nattch()?, count);
    for (n, (task, bases)) in tasks.into_iter().enumerate() {
        // Detached, unmapped behind the server's back, or ended.
        for base in &bases {
            match n % 3 {
                0 => ground.root.detach_from(task.name(), *base).told()?,
                1 => vm::deallocate(task.name(), *base, 2 * PAGE).told()?,
                _ => {}
            }
        }
        drop(task);
        count -= 30;
        check_eq!(segment.nattch()?, count);
    }
    Ok(())
}
