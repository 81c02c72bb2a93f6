// SPDX-License-Identifier: GPL-2.0-or-later
//! Who may do what, by the effective ids of the port a request comes on.

use alloc::vec::Vec;

use bare::client::Session;
use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq};
use shm::wire::defs::{SYSVSHM_CREATE, SYSVSHM_EXEC, SYSVSHM_RDONLY};

use crate::ground::{Ground, PAGE, Told, check_refused};

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test(
        "every mode grants each class of caller exactly its own bits",
        every_mode,
    );
    test(
        "an owner, a creator and root control a segment, nobody else",
        control,
    );
    test(
        "a segment belongs to the first of its creator's ids",
        ownership,
    );
    test(
        "rights are those of the port, whichever task the caller names",
        by_port,
    );
    test(
        "a mapping outlives the permission it was made with",
        mapping_stays,
    );
}

/// Attach modes, and the bits of a class that each needs.
const WAYS: [(u32, u32); 4] = [
    (SYSVSHM_RDONLY, 4),
    (0, 6),
    (SYSVSHM_RDONLY | SYSVSHM_EXEC, 5),
    (SYSVSHM_EXEC, 7),
];

fn every_mode(ground: &Ground) -> Outcome {
    let session = |uids: &[u32], gids: &[u32]| ground.control.session(uids, gids).told();
    // The segment is user 1's and group 10's; user 2 of group 20 owns it.
    let creator = session(&[1], &[10])?;
    let key = 77;
    let id = creator.get(key, PAGE, SYSVSHM_CREATE | 0o600).told()?;
    creator.set(id, 2, 20, 0o600).told()?;
    // How far to shift a mode to get the class's bits, and who is of that class.
    let callers: Vec<(u32, Session)> = Vec::from([
        (6, session(&[1], &[99])?),
        (6, session(&[2], &[])?),
        (6, session(&[5, 1], &[10])?),
        (3, session(&[3], &[20])?),
        (3, session(&[3], &[99, 98, 10])?),
        (3, session(&[], &[20])?),
        (0, session(&[3], &[99])?),
        (0, session(&[], &[])?),
        (0, session(&[10, 20], &[1, 2])?),
    ]);
    for mode in (0..0o1000).step_by(1) {
        ground.root.set(id, 2, 20, mode).told()?;
        for (shift, caller) in &callers {
            let bits = mode >> shift & 7;
            // Attaching costs more than the rest, and is judged alike: for a part of the modes.
            for (flags, needs) in WAYS.into_iter().filter(|_| mode % 7 == 0) {
                match caller.attach(id, flags, 0) {
                    Ok(attached) => {
                        caller.detach(attached.address).told()?;
                        check!(
                            bits & needs == needs,
                            "{mode:o} >> {shift}: {flags:o} attached"
                        );
                    }
                    refused => {
                        check_refused!(refused, EACCES);
                        check!(
                            bits & needs != needs,
                            "{mode:o} >> {shift}: {flags:o} refused"
                        );
                    }
                }
            }
            let stat = caller.stat(id);
            check!(
                stat.is_ok() == (bits & 4 != 0),
                "{mode:o} >> {shift}: IPC_STAT"
            );
            // One class at a time, named by any of its three places.
            let demanded = 1 << (mode % 9);
            let folded = [demanded, demanded >> 3, demanded >> 6]
                .iter()
                .fold(0, |sum, bits| sum | bits & 7);
            let found = caller.get(key, 0, demanded);
            check!(
                found.is_ok() == (bits & folded == folded),
                "{mode:o} >> {shift}: demanding {demanded:o}"
            );
        }
    }
    let ds = ground.root.stat(id).told()?;
    check_eq!(ds.nattch, 0);
    // Privilege is user 0 in any place, and knows no bits.
    ground.root.set(id, 2, 20, 0).told()?;
    let root = session(&[7, 8, 0], &[])?;
    check_eq!(root.get(key, 0, 0o777).told()?, id);
    let attached = root.attach(id, SYSVSHM_EXEC, 0).told()?;
    root.detach(attached.address).told()?;
    creator.remove(id).told()
}

fn control(ground: &Ground) -> Outcome {
    let creator = ground.caller(1, 10)?;
    let owner = ground.caller(2, 20)?;
    let id = creator.get(0, PAGE, 0o777).told()?;
    check_refused!(owner.set(id, 2, 20, 0o777), EPERM);
    // Anybody may be given it, without privilege.
    creator.set(id, 2, 20, 0).told()?;
    for stranger in [
        ground.caller(3, 10)?,
        ground.caller(3, 20)?,
        ground.control.session(&[], &[10, 20]).told()?,
        ground.control.session(&[10, 20, 3], &[]).told()?,
    ] {
        check_refused!(stranger.set(id, 3, 3, 0o777), EPERM);
        check_refused!(stranger.lock(id, 1), EPERM);
        check_refused!(stranger.lock(id, 0), EPERM);
        check_refused!(stranger.remove(id), EPERM);
        check_refused!(stranger.stat(id), EACCES);
    }
    for user in [
        &creator,
        &owner,
        &ground.root,
        &ground.control.session(&[9, 2], &[]).told()?,
    ] {
        user.lock(id, 1).told()?;
        user.lock(id, 0).told()?;
        user.set(id, 2, 20, 0).told()?;
    }
    // Mode 0 denies the owner everything but control.
    check_refused!(owner.stat(id), EACCES);
    owner.remove(id).told()
}

fn ownership(ground: &Ground) -> Outcome {
    let session = ground.control.session(&[31, 32, 33], &[41, 42]).told()?;
    let id = session.get(0, PAGE, 0o3640).told()?;
    let ds = session.stat(id).told()?;
    check_eq!(
        (ds.uid, ds.cuid, ds.gid, ds.cgid, ds.mode),
        (31, 31, 41, 41, 0o640)
    );
    check_refused!(ground.caller(32, 0)?.remove(id), EPERM);
    ground.caller(31, 0)?.remove(id).told()?;
    // Without a group, and not taken for group -1.
    let session = ground.control.session(&[31], &[]).told()?;
    let id = session.get(0, PAGE, 0o060).told()?;
    check_eq!(ground.root.stat(id).told()?.gid, u32::MAX);
    check_refused!(ground.caller(32, 41)?.stat(id), EACCES);
    session.remove(id).told()
}

fn by_port(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let stranger = ground.caller(9, 9)?;
    // User 9 in a task that root's session made known, and the other way round.
    let mapping = segment.attach(0, 0)?;
    check_refused!(stranger.attach(segment.id, 0, 0), EACCES);
    mapping.detach().told()?;
    let id = stranger.get(0, PAGE, 0o600).told()?;
    let client = ground.client(&stranger, 50, move |session, _| {
        let Ok(attached) = session.attach(id, 0, 0) else {
            return 1;
        };
        i32::from(session.detach(attached.address).is_err())
    })?;
    client.returns(0)?;
    let ds = stranger.stat(id).told()?;
    check_eq!((ds.lpid, ds.nattch), (50, 0));
    let client = ground.client(&ground.caller(10, 10)?, 51, move |session, _| {
        i32::from(bare::client::is(
            &session.attach(id, 0, 0),
            shm::Error::EACCES,
        ))
    })?;
    client.returns(1)?;
    stranger.remove(id).told()
}

fn mapping_stays(ground: &Ground) -> Outcome {
    let user = ground.caller(9, 9)?;
    let id = user.get(0, PAGE, 0o600).told()?;
    let attached = user.attach(id, 0, 0).told()?;
    ground.root.set(id, 0, 0, 0).told()?;
    crate::ground::write(attached.address, 5);
    check_eq!(crate::ground::read(attached.address), 5);
    user.detach(attached.address).told()?;
    // Its creator it remains for ever, and mode 0 denies him nonetheless.
    check_refused!(user.attach(id, SYSVSHM_RDONLY, 0), EACCES);
    user.remove(id).told()
}
