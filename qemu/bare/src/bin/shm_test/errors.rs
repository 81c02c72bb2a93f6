// SPDX-License-Identifier: GPL-2.0-or-later
//! Every refusal carries its errno, and of several reasons the first of Linux's order.

use bare_rt::check_eq;
use bare_rt::suite::{Outcome, Suite};
use gnumach::trap;
use shm::wire::defs::{
    SYSVSHM_BY_INDEX, SYSVSHM_BY_INDEX_ANY, SYSVSHM_CREATE, SYSVSHM_EXCLUSIVE, SYSVSHM_EXEC,
    SYSVSHM_HUGETLB, SYSVSHM_NORESERVE, SYSVSHM_RDONLY, SYSVSHM_REMAP, SYSVSHM_RND,
};

use crate::ground::{Ground, PAGE, Told, check_refused};
use crate::vm;

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test("shmget of an absent key", get_absent);
    test(
        "shmget of a key that exists: EEXIST, EINVAL, EACCES in that order",
        get_present,
    );
    test(
        "shmget that creates: EINVAL, ENOSPC, EINVAL, ENOMEM, ENOSPC in that order",
        get_create,
    );
    test("shmget: which flags count, and which keys", get_flags);
    test(
        "shmat: address, id, permission and range in that order",
        attach_order,
    );
    test("shmat that fails changes nothing", attach_changes_nothing);
    test("shmdt: alignment and record", detach_order);
    test(
        "shmctl of ids that never were, are stale or negative",
        stale_ids,
    );
    test(
        "IPC_SET: id, ownership, values in that order, and all or nothing",
        set_order,
    );
    test("IPC_RMID and SHM_LOCK: id and ownership", control_order);
    test(
        "SHM_STAT takes an index, SHM_STAT_ANY without permission",
        stat_by_index,
    );
    test("what is not in the protocol is refused", unknown_arguments);
}

const KEY: i32 = -0x1234_5678;

fn get_absent(ground: &Ground) -> Outcome {
    for size in [0, 1, u64::MAX] {
        for flags in [0, 0o600, SYSVSHM_EXCLUSIVE | 0o600, SYSVSHM_HUGETLB] {
            check_refused!(ground.root.get(KEY, size, flags), ENOENT);
        }
    }
    Ok(())
}

fn get_present(ground: &Ground) -> Outcome {
    let id = ground.root.get(KEY, 5000, SYSVSHM_CREATE | 0o640).told()?;
    let stranger = ground.caller(9, 9)?;
    let exclusive = SYSVSHM_CREATE | SYSVSHM_EXCLUSIVE | 0o777;
    check_refused!(stranger.get(KEY, u64::MAX, exclusive), EEXIST);
    check_refused!(stranger.get(KEY, 5001, 0o600), EINVAL);
    check_refused!(stranger.get(KEY, 5000, 0o600), EACCES);
    check_refused!(stranger.get(KEY, 0, SYSVSHM_CREATE | 0o4), EACCES);
    // Nothing demanded, nothing refused; and EXCL alone means nothing.
    for flags in [0, SYSVSHM_EXCLUSIVE, SYSVSHM_CREATE, SYSVSHM_HUGETLB] {
        check_eq!(stranger.get(KEY, 5000, flags).told()?, id);
    }
    check_eq!(ground.root.get(KEY, 0, 0o777).told()?, id);
    let before = ground.root.stat(id).told()?;
    check_eq!(
        (before.atime, before.dtime, before.lpid, before.nattch),
        (0, 0, 0, 0)
    );
    ground.root.remove(id).told()?;
    check_refused!(ground.root.get(KEY, 0, 0), ENOENT);
    Ok(())
}

fn get_create(ground: &Ground) -> Outcome {
    // SHMMAX, SHMALL and SHMMNI, all exceeded by the second segment.
    ground.control.limits(4 * PAGE, 4, 1).told()?;
    let get = |size, flags| ground.root.get(0, size, flags | 0o600);
    let segment = ground.segment(PAGE)?;
    check_refused!(get(0, 0), EINVAL);
    check_refused!(get(4 * PAGE + 1, 0), EINVAL);
    check_refused!(get(4 * PAGE, SYSVSHM_HUGETLB), ENOSPC);
    check_refused!(get(3 * PAGE, SYSVSHM_HUGETLB), EINVAL);
    check_refused!(get(PAGE, 0), ENOSPC);
    // A size that the machine cannot hold, before the full table.
    ground.control.limits(u64::MAX, u64::MAX, 1).told()?;
    check_refused!(get(1 << 62, 0), ENOMEM);
    check_refused!(get(1 << 62, SYSVSHM_NORESERVE), ENOSPC);
    check_refused!(get(1 << 63, 0), EINVAL);
    // Rounded up to pages it would not fit 64 bits.
    check_refused!(get(u64::MAX, SYSVSHM_NORESERVE), ENOSPC);
    check_refused!(get(0, 0), EINVAL);
    // Lookups go on in a full table.
    check_eq!(ground.root.stat(segment.id).told()?.segsz, PAGE);
    drop(segment);
    check_refused!(get(1 << 62, 0), ENOMEM);
    // Nobody to own it.
    let nobody = ground.control.session(&[], &[5]).told()?;
    check_refused!(nobody.get(0, PAGE, 0o777), EACCES);
    check_refused!(nobody.get(0, 0, 0o777), EINVAL);
    // No process to have made it.
    check_refused!(ground.root.get_as(0, 0, PAGE, 0o600), ESRCH);
    check_refused!(ground.root.get_as(!0, 0, PAGE, 0o600), ESRCH);
    Ok(())
}

fn get_flags(ground: &Ground) -> Outcome {
    for key in [KEY, i32::MIN, -1, 1, i32::MAX] {
        let id = ground
            .root
            .get(key, 1, !(SYSVSHM_EXCLUSIVE | SYSVSHM_HUGETLB))
            .told()?;
        let ds = ground.root.stat(id).told()?;
        check_eq!((ds.key, ds.mode, ds.segsz, ds.cpid), (key, 0o777, 1, 1));
        check_eq!((ds.seq, ds.id), ((id >> 15) as u32, id));
        ground.root.remove(id).told()?;
    }
    let (one, two) = (ground.segment(1)?, ground.segment(1)?);
    check_eq!(one.id == two.id, false);
    let flags = SYSVSHM_CREATE | SYSVSHM_EXCLUSIVE;
    let id = ground.root.get(0, 1, flags).told()?;
    check_eq!(ground.root.stat(id).told()?.key, 0);
    ground.root.remove(id).told()
}

fn attach_order(ground: &Ground) -> Outcome {
    let segment = ground.segment(2 * PAGE)?;
    let stranger = ground.caller(9, 9)?;
    let at = vm::allocate(trap::mach_task_self(), 0, 2 * PAGE).told()?;
    let bad = segment.id + 1;
    // The address's form before the id.
    for id in [-1, bad, segment.id] {
        check_refused!(stranger.attach(id, SYSVSHM_REMAP, 0), EINVAL);
        check_refused!(stranger.attach(id, 0, at + 1), EINVAL);
        check_refused!(stranger.attach(id, SYSVSHM_RND | SYSVSHM_REMAP, 5), EINVAL);
    }
    for id in [-1, bad, i32::MIN, i32::MAX, segment.id + (1 << 15)] {
        for (flags, address) in [(0, 0), (0, at), (SYSVSHM_RND, 5)] {
            check_refused!(stranger.attach(id, flags, address), EINVAL);
        }
    }
    // Permission before what the address space says.
    let top = 0_u64.wrapping_sub(PAGE);
    for (flags, address) in [
        (0, 0),
        (0, at),
        (SYSVSHM_RND, 5),
        (0, top),
        (SYSVSHM_RDONLY, at),
    ] {
        check_refused!(stranger.attach(segment.id, flags, address), EACCES);
    }
    check_refused!(ground.root.attach(segment.id, 0, at), EINVAL);
    check_refused!(ground.root.attach(segment.id, SYSVSHM_RND, 5), EPERM);
    check_refused!(ground.root.attach(segment.id, 0, top), EINVAL);
    check_refused!(ground.root.attach(segment.id, 0, 1 << 47), ENOMEM);
    // Unknown flags mean nothing.
    let known = SYSVSHM_RDONLY | SYSVSHM_RND | SYSVSHM_REMAP | SYSVSHM_EXEC;
    drop(segment.attach(!known, 0)?);
    vm::deallocate(trap::mach_task_self(), at, 2 * PAGE).told()
}

fn attach_changes_nothing(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let before = ground.root.stat(segment.id).told()?;
    let stranger = ground.caller(9, 9)?;
    check_refused!(stranger.attach(segment.id, 0, 0), EACCES);
    check_refused!(ground.root.attach(segment.id, 0, 1 << 47), ENOMEM);
    check_refused!(ground.root.attach(segment.id, 0, 77), EINVAL);
    check_refused!(ground.root.attach_to(0, segment.id, 0, 0), ESRCH);
    let after = ground.root.stat(segment.id).told()?;
    check_eq!(
        (after.nattch, after.atime, after.lpid, after.dtime),
        (0, 0, 0, 0)
    );
    check_eq!(after.ctime, before.ctime);
    Ok(())
}

fn detach_order(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let mapping = segment.attach(0, 0)?;
    let other = vm::Task::empty().told()?;
    check_refused!(
        ground.root.detach_from(other.name(), mapping.address()),
        EINVAL
    );
    check_refused!(ground.root.detach_from(0, mapping.address()), EINVAL);
    check_refused!(ground.root.detach(mapping.address() + 1), EINVAL);
    // No permission is asked for.
    let stranger = ground.caller(9, 9)?;
    stranger.detach(mapping.address()).told()?;
    check_refused!(mapping.detach(), EINVAL);
    Ok(())
}

fn stale_ids(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    let stale = segment.id;
    drop(segment);
    let live = ground.segment(PAGE)?;
    for id in [
        stale,
        -1,
        i32::MIN,
        i32::MAX,
        0,
        live.id ^ 1 << 15,
        live.id + 1,
    ] {
        check_refused!(ground.root.stat(id), EINVAL);
        check_refused!(ground.root.set(id, 0, 0, 0), EINVAL);
        check_refused!(ground.root.remove(id), EINVAL);
        check_refused!(ground.root.lock(id, 1), EINVAL);
        check_refused!(ground.root.lock(id, 0), EINVAL);
        check_refused!(ground.root.attach(id, 0, 0), EINVAL);
    }
    check_eq!(live.nattch()?, 0);
    Ok(())
}

fn set_order(ground: &Ground) -> Outcome {
    let segment = ground.segment_with(PAGE, 0o666)?;
    let stranger = ground.caller(9, 9)?;
    check_refused!(stranger.set(segment.id + 1, u32::MAX, 0, 0), EINVAL);
    check_refused!(stranger.set(segment.id, u32::MAX, 0, 0), EPERM);
    check_refused!(ground.root.set(segment.id, u32::MAX, 1, 0o111), EINVAL);
    check_refused!(ground.root.set(segment.id, 1, u32::MAX, 0o111), EINVAL);
    let ds = ground.root.stat(segment.id).told()?;
    check_eq!((ds.uid, ds.gid, ds.mode), (0, 0, 0o666));
    ground.root.set(segment.id, 3, 4, 0o7123).told()?;
    let ds = ground.root.stat(segment.id).told()?;
    check_eq!(
        (ds.uid, ds.gid, ds.cuid, ds.cgid, ds.mode),
        (3, 4, 0, 0, 0o123)
    );
    Ok(())
}

fn control_order(ground: &Ground) -> Outcome {
    let segment = ground.segment_with(PAGE, 0o777)?;
    let stranger = ground.caller(9, 9)?;
    check_refused!(stranger.remove(segment.id), EPERM);
    check_refused!(stranger.lock(segment.id, 1), EPERM);
    check_refused!(stranger.lock(segment.id, 0), EPERM);
    check_refused!(ground.root.lock(segment.id, 2), EINVAL);
    ground.root.lock(segment.id, 1).told()?;
    ground.root.lock(segment.id, 1).told()?;
    check_eq!(ground.root.stat(segment.id).told()?.mode, 0o2777);
    ground.root.lock(segment.id, 0).told()?;
    check_eq!(ground.root.stat(segment.id).told()?.mode, 0o777);
    Ok(())
}

fn stat_by_index(ground: &Ground) -> Outcome {
    let segment = ground.segment_with(PAGE, 0)?;
    let stranger = ground.caller(9, 9)?;
    let index = segment.id & 0x7fff;
    check_refused!(stranger.stat(segment.id), EACCES);
    check_refused!(stranger.stat_how(index, SYSVSHM_BY_INDEX), EACCES);
    check_eq!(
        stranger.stat_how(index, SYSVSHM_BY_INDEX_ANY).told()?.id,
        segment.id
    );
    // Of an index the sequence part does not count.
    let odd = index | 77 << 15;
    check_eq!(
        ground.root.stat_how(odd, SYSVSHM_BY_INDEX).told()?.id,
        segment.id
    );
    for index in [index + 1, -1, i32::MIN] {
        check_refused!(ground.root.stat_how(index, SYSVSHM_BY_INDEX), EINVAL);
        check_refused!(stranger.stat_how(index, SYSVSHM_BY_INDEX_ANY), EINVAL);
    }
    Ok(())
}

fn unknown_arguments(ground: &Ground) -> Outcome {
    let segment = ground.segment(PAGE)?;
    check_refused!(ground.root.stat_how(segment.id, 3), EINVAL);
    check_refused!(ground.root.stat_how(segment.id, u32::MAX), EINVAL);
    check_refused!(ground.root.fork_child(trap::mach_task_self(), 0), EINVAL);
    let port = gnumach::right::ReceiveRight::allocate().told()?;
    let right = port.make_send().told()?;
    check_refused!(
        ground.root.fork_child(trap::mach_task_self(), right.name()),
        EINVAL
    );
    // The control port is no session, and sessions make no sessions.
    let control = bare::client::Session::new(ground.control.right().try_clone().told()?);
    check_refused!(control.version(), EOPNOTSUPP);
    check_refused!(control.get(0, PAGE, 0o600), EOPNOTSUPP);
    let session = bare::client::Control::new(ground.root.right().try_clone().told()?);
    check_refused!(session.session(&[0], &[]), EPERM);
    Ok(())
}
