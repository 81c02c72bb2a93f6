// SPDX-License-Identifier: GPL-2.0-or-later
//! SHMMAX, SHMALL and SHMMNI, and tables as large as they come.

use alloc::collections::BTreeSet;

use bare_rt::clock::Instant;
use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq, println};
use shm::wire::defs::{SYSVSHM_BY_INDEX, SYSVSHM_CREATE, SYSVSHM_EXCLUSIVE};
use shm::{Limits, UserLimits};

use crate::ground::{Ground, PAGE, SOON, Told, check_refused, within};
use crate::vm;

pub fn run(ground: &Ground, suite: &mut Suite) {
    let mut test = |name, body| ground.test(suite, name, body);
    test(
        "the limits are Linux's until changed, and told as they are",
        defaults,
    );
    test("SHMMAX holds for creation only", shmmax);
    test(
        "SHMALL counts pages, those of removed and attached segments too",
        shmall,
    );
    test(
        "SHMMNI counts segments, removed and attached ones too",
        shmmni,
    );
    test("ids are handed out next-fit, and none twice", ids);
    test(
        "10,000 segments exist, are found and enumerated",
        ten_thousand,
    );
    test("a full table of 32768 segments", full_table);
    test("SHM_LOCK keeps all pages in memory", locked_pages);
    test(
        "what a user may lock is bounded, and given back",
        locked_of_user,
    );
    test("pages of a user are bounded, and given back", pages_of_user);
}

const DEFAULT: Limits = Limits {
    shmmax: u64::MAX - (1 << 24),
    shmall: u64::MAX - (1 << 24),
    shmmni: 4096,
    user: UserLimits::NONE,
};

fn defaults(ground: &Ground) -> Outcome {
    let info = ground.root.info().told()?;
    check_eq!((info.shmmax, info.shmall), (DEFAULT.shmmax, DEFAULT.shmall));
    check_eq!((info.shmmni, info.shmseg, info.shmmin), (4096, 4096, 1));
    check_eq!(
        (info.used_ids, info.shm_tot, info.max_index, info.pad),
        (0, 0, 0, 0)
    );
    check_refused!(ground.control.limits(1, 1, 32769), EINVAL);
    ground.control.limits(5 * PAGE, 9, 32768).told()?;
    let info = ground.root.info().told()?;
    check_eq!(
        (info.shmmax, info.shmall, info.shmmni),
        (5 * PAGE, 9, 32768)
    );
    Ok(())
}

fn shmmax(ground: &Ground) -> Outcome {
    let id = ground
        .root
        .get(5, 8 * PAGE, SYSVSHM_CREATE | 0o600)
        .told()?;
    ground
        .control
        .limits(4 * PAGE, DEFAULT.shmall, 4096)
        .told()?;
    check_refused!(ground.root.get(0, 4 * PAGE + 1, 0), EINVAL);
    drop(ground.segment(4 * PAGE)?);
    check_eq!(ground.root.get(5, 8 * PAGE, 0o600).told()?, id);
    check_refused!(ground.root.get(5, 8 * PAGE + 1, 0o600), EINVAL);
    let attached = ground.root.attach(id, 0, 0).told()?;
    ground.root.detach(attached.address).told()?;
    ground.root.remove(id).told()
}

fn shmall(ground: &Ground) -> Outcome {
    ground.control.limits(DEFAULT.shmmax, 10, 4096).told()?;
    let first = ground.segment(5 * PAGE + 1)?;
    check_refused!(ground.root.get(0, 4 * PAGE + 1, 0), ENOSPC);
    let second = ground.segment(4 * PAGE)?;
    check_eq!(ground.root.info().told()?.shm_tot, 10);
    check_refused!(ground.root.get(0, 1, 0), ENOSPC);
    let mapping = first.attach(0, 0)?;
    drop(first);
    check_refused!(ground.root.get(0, 1, 0), ENOSPC);
    mapping.detach().told()?;
    check_eq!(ground.root.info().told()?.shm_tot, 4);
    drop(ground.segment(6 * PAGE)?);
    drop(second);
    check_eq!(ground.root.info().told()?.shm_tot, 0);
    Ok(())
}

fn shmmni(ground: &Ground) -> Outcome {
    ground
        .control
        .limits(DEFAULT.shmmax, DEFAULT.shmall, 2)
        .told()?;
    let id = ground.root.get(9, PAGE, SYSVSHM_CREATE).told()?;
    let second = ground.segment(PAGE)?;
    check_refused!(ground.root.get(0, PAGE, 0), ENOSPC);
    check_refused!(ground.root.get(10, PAGE, SYSVSHM_CREATE), ENOSPC);
    check_refused!(ground.root.get(10, PAGE, 0), ENOENT);
    check_refused!(
        ground.root.get(9, PAGE, SYSVSHM_CREATE | SYSVSHM_EXCLUSIVE),
        EEXIST
    );
    check_eq!(ground.root.get(9, PAGE, SYSVSHM_CREATE).told()?, id);
    let mapping = second.attach(0, 0)?;
    drop(second);
    check_refused!(ground.root.get(0, PAGE, 0), ENOSPC);
    mapping.detach().told()?;
    drop(ground.segment(PAGE)?);
    // Fewer than exist: these stay.
    ground
        .control
        .limits(DEFAULT.shmmax, DEFAULT.shmall, 0)
        .told()?;
    check_eq!(ground.root.stat(id).told()?.id, id);
    check_refused!(ground.root.get(0, PAGE, 0), ENOSPC);
    ground.root.remove(id).told()
}

fn ids(ground: &Ground) -> Outcome {
    let mut seen = BTreeSet::new();
    let mut last = 0;
    for _ in 0..200 {
        let id = ground.root.get(0, PAGE, 0).told()?;
        check!(id > 0 && seen.insert(id), "{id} came twice");
        // The next index, or the lowest of the next round.
        let (index, round) = (id & 0x7fff, id >> 15);
        let stepped = index == (last & 0x7fff) + 1 && round == last >> 15;
        check!(
            last == 0 || stepped || (index == 0 && round == (last >> 15) + 1),
            "{last}, {id}"
        );
        last = id;
        ground.root.remove(id).told()?;
        check_refused!(ground.root.stat(id), EINVAL);
    }
    Ok(())
}

fn fill(ground: &Ground, count: i32) -> Result<BTreeSet<i32>, alloc::string::String> {
    ground
        .control
        .limits(DEFAULT.shmmax, DEFAULT.shmall, 32768)
        .told()?;
    let mut ids = BTreeSet::new();
    for key in 1..=count {
        let flags = SYSVSHM_CREATE | SYSVSHM_EXCLUSIVE | 0o600;
        check!(
            ids.insert(ground.root.get(key, PAGE, flags).told()?),
            "an id came twice"
        );
    }
    Ok(ids)
}

fn empty(ground: &Ground, ids: &BTreeSet<i32>) -> Outcome {
    for id in ids {
        ground.root.remove(*id).told()?;
    }
    check_eq!(ground.root.info().told()?.used_ids, 0);
    Ok(())
}

fn ten_thousand(ground: &Ground) -> Outcome {
    const COUNT: i32 = 10_000;
    let began = Instant::now();
    let ids = fill(ground, COUNT)?;
    println!("{COUNT} segments made in {:?}", began.elapsed());
    let info = ground.root.info().told()?;
    check_eq!((info.used_ids, info.shm_tot), (COUNT as u64, COUNT as u64));
    // As ipcs(1) walks them, and as cat(1) gets them.
    let mut hits = 0;
    for index in 0..=info.max_index {
        if let Ok(ds) = ground.root.stat_how(index, SYSVSHM_BY_INDEX) {
            check!(ids.contains(&ds.id) && ds.id & 0x7fff == index);
            hits += 1;
        }
    }
    check_eq!(hits, COUNT);
    let list = ground.root.list().told()?;
    check_eq!(list.len(), COUNT as usize);
    check!(
        list.iter()
            .all(|ds| ids.contains(&ds.id) && ds.segsz == PAGE && ds.cpid == 1)
    );
    check!(list.is_sorted_by_key(|ds| ds.id & 0x7fff));
    for key in (1..=COUNT).step_by(97) {
        check!(ids.contains(&ground.root.get(key, PAGE, 0).told()?));
    }
    let began = Instant::now();
    empty(ground, &ids)?;
    println!("{COUNT} segments removed in {:?}", began.elapsed());
    ground.answers()
}

fn full_table(ground: &Ground) -> Outcome {
    let ids = fill(ground, 32768)?;
    check_refused!(ground.root.get(0, PAGE, 0), ENOSPC);
    check_refused!(ground.root.get(0, 0, 0), EINVAL);
    check_eq!(ground.root.info().told()?.max_index, 32767);
    check_eq!(ground.root.list().told()?.len(), 32768);
    check_eq!(ids.contains(&0), false);
    empty(ground, &ids)
}

/// Pages that the machine has wired, against those at some time.
fn wired_since(before: i64) -> i64 {
    vm::wired_pages() - before
}

fn locked_pages(ground: &Ground) -> Outcome {
    const PAGES: u64 = 256;
    let segment = ground.segment(PAGES * PAGE)?;
    let mapping = segment.attach(0, 0)?;
    mapping.write(7 * PAGE, 77);
    let before = vm::wired_pages();
    ground.root.lock(segment.id, 1).told()?;
    // All of them, touched or not, and what was written is there.
    check_eq!(ground.root.stat(segment.id).told()?.rss, PAGES * PAGE);
    let wired = wired_since(before);
    check!(wired >= PAGES as i64, "{wired} pages were wired");
    check_eq!(mapping.read(7 * PAGE), 77);
    // Again is no more, and unlocking undoes it.
    ground.root.lock(segment.id, 1).told()?;
    ground.root.lock(segment.id, 0).told()?;
    check!(
        within(SOON, || wired_since(before) < 64),
        "{} pages stayed wired",
        wired_since(before)
    );
    check_eq!(mapping.read(7 * PAGE), 77);
    // So does destruction, at the last detach.
    ground.root.lock(segment.id, 1).told()?;
    check!(wired_since(before) >= PAGES as i64, "not wired again");
    let id = segment.id;
    drop(segment);
    check_eq!(ground.root.stat(id).told()?.rss, PAGES * PAGE);
    mapping.detach().told()?;
    check_refused!(ground.root.stat(id), EINVAL);
    check!(
        within(SOON, || wired_since(before) < 64),
        "{} pages stayed wired",
        wired_since(before)
    );
    ground.answers()
}

fn locked_of_user(ground: &Ground) -> Outcome {
    let user = ground.caller(9, 9)?;
    let bytes = UserLimits::default().locked;
    let whole = user.get(0, bytes, 0o600).told()?;
    let more = user.get(0, PAGE, 0o600).told()?;
    user.lock(whole, 1).told()?;
    check_refused!(user.lock(more, 1), ENOMEM);
    check_eq!(user.stat(more).told()?.mode, 0o600);
    user.lock(whole, 0).told()?;
    user.lock(more, 1).told()?;
    user.remove(more).told()?;
    user.lock(whole, 1).told()?;
    user.remove(whole).told()
}

/// The review's R7 asks for this of orphans too, see the pager's tests.
fn pages_of_user(ground: &Ground) -> Outcome {
    ground.control.limits(DEFAULT.shmmax, 300, 4096).told()?;
    let user = ground.caller(9, 9)?;
    check_refused!(user.get(0, 151 * PAGE, 0o600), ENOSPC);
    let id = user.get(0, 150 * PAGE, 0o600).told()?;
    check_refused!(user.get(0, 1, 0o600), ENOSPC);
    let others = ground.segment(150 * PAGE)?;
    let attached = user.attach(id, 0, 0).told()?;
    crate::ground::write(attached.address, 1);
    user.remove(id).told()?;
    check_refused!(user.get(0, 1, 0o600), ENOSPC);
    user.detach(attached.address).told()?;
    let again = user.get(0, 150 * PAGE, 0o600).told()?;
    user.remove(again).told()?;
    drop(others);
    Ok(())
}
