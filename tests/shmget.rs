// SPDX-License-Identifier: GPL-2.0-or-later
//! shmget(2): which segment a key names, when a call makes one, and which error wins.
//!
//! Order of the checks and the bits that are ignored: Linux's, see `Permissions` and `Errors` of
//! shmget(2). What depends on who asks is in `permissions.rs`, what on a limit in `limits.rs`.

mod support;

use std::collections::HashSet;
use std::sync::Barrier;
use support::client::{self, Errno, IPC_CREAT, IPC_EXCL, IPC_PRIVATE, SHM_HUGETLB, SHM_NORESERVE};
use support::process::{Child, Ids, in_child, in_child_as};
use support::{Segment, fresh_key, is_recent, is_root, now, page, pid};

/// Runs as somebody without privileges: a child that gave them up, or this user already.
fn unprivileged<T: Copy + 'static>(body: impl FnOnce() -> T) -> T {
    if is_root() {
        in_child_as(Ids::user(0), body)
    } else {
        in_child(body)
    }
}

/// shmget(2): "A new shared memory segment is created if key has the value IPC_PRIVATE".
#[test]
fn private_key_makes_a_new_segment_every_time() {
    turn!();
    let segments: Vec<_> = (0..8).map(|_| Segment::new(1)).collect();
    let ids: HashSet<_> = segments.iter().map(Segment::id).collect();
    assert_eq!(ids.len(), segments.len());
}

/// shmget(2): with IPC_PRIVATE "the system call ignores all but the least significant 9 bits of
/// shmflg".
#[test]
fn private_key_ignores_create_and_exclusive() {
    turn!();
    for flags in [IPC_CREAT, IPC_EXCL, IPC_CREAT | IPC_EXCL] {
        let first = Segment::adopt(client::get(IPC_PRIVATE, 1, flags | 0o600).expect("first"));
        let second = Segment::adopt(client::get(IPC_PRIVATE, 1, flags | 0o600).expect("second"));
        assert_ne!(first.id(), second.id());
    }
}

/// shmget(2), ENOENT: "No segment exists for the given key, and IPC_CREAT was not specified."
#[test]
fn absent_key_without_create_is_enoent_whatever_the_size() {
    turn!();
    let key = fresh_key();
    for size in [0, 1, 4096, usize::MAX] {
        assert_eq!(
            client::get(key, size, 0o600),
            Err(Errno::ENOENT),
            "size {size}"
        );
    }
}

/// shmget(2): IPC_EXCL "is used with IPC_CREAT"; alone it means nothing (stress-ng relies on it).
#[test]
fn exclusive_alone_is_ignored() {
    turn!();
    let key = fresh_key();
    assert_eq!(client::get(key, 1, IPC_EXCL | 0o600), Err(Errno::ENOENT));
    let segment = Segment::keyed(key, 1, 0o600);
    assert_eq!(client::get(key, 1, IPC_EXCL | 0o600), Ok(segment.id()));
}

/// shmget(2), IPC_CREAT: "If this flag is not used, then shmget() will find the segment associated
/// with key"; if it is used and the key exists, likewise.
#[test]
fn existing_key_gives_the_same_id_with_or_without_create() {
    turn!();
    let key = fresh_key();
    let segment = Segment::adopt(client::get(key, 100, IPC_CREAT | 0o600).expect("shmget"));
    assert_eq!(client::get(key, 100, 0o600), Ok(segment.id()));
    assert_eq!(client::get(key, 100, IPC_CREAT | 0o600), Ok(segment.id()));
    assert_eq!(client::get(key, 100, 0), Ok(segment.id()));
}

/// shmget(2), EEXIST: "IPC_CREAT and IPC_EXCL were specified in shmflg, but a shared memory segment
/// already exists for key." It wins over the size, which PostgreSQL's start-up relies on.
#[test]
fn exclusive_creation_of_an_existing_key_is_eexist_whatever_the_size() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 100, 0o600);
    for size in [0, 1, 100, 101, usize::MAX] {
        let again = client::get(key, size, IPC_CREAT | IPC_EXCL | 0o600);
        assert_eq!(again, Err(Errno::EEXIST), "size {size}");
    }
    assert_eq!(segment.stat().shm_segsz, 100);
}

/// shmget(2), EEXIST: the mode bits of the existing segment do not matter either.
#[test]
fn eexist_wins_over_eacces() {
    turn!();
    let key = fresh_key();
    let refused = unprivileged(|| {
        let segment = Segment::keyed(key, 100, 0);
        let refused = client::get(key, 100, IPC_CREAT | IPC_EXCL | 0o600);
        drop(segment);
        refused
    });
    assert_eq!(refused, Err(Errno::EEXIST));
}

/// shmget(2), EINVAL: "A segment for the given key exists, but size is greater than the size of
/// that segment", to the byte, though both need two pages.
#[test]
fn lookup_is_einval_when_larger_by_a_byte() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 5000, 0o600);
    assert_eq!(client::get(key, 5000, 0o600), Ok(segment.id()));
    assert_eq!(client::get(key, 5001, 0o600), Err(Errno::EINVAL));
    assert_eq!(
        client::get(key, 5001, IPC_CREAT | 0o600),
        Err(Errno::EINVAL)
    );
    assert_eq!(client::get(key, usize::MAX, 0o600), Err(Errno::EINVAL));
}

/// shmget(2): a smaller size is no error for a segment that exists; 0 is PHP's existence probe.
#[test]
fn lookup_takes_any_smaller_size_and_zero() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 5000, 0o600);
    for size in [0, 1, 4096, 4999] {
        assert_eq!(
            client::get(key, size, 0o600),
            Ok(segment.id()),
            "size {size}"
        );
        assert_eq!(
            client::get(key, size, IPC_CREAT | 0o600),
            Ok(segment.id()),
            "size {size}"
        );
    }
    assert_eq!(segment.stat().shm_segsz, 5000);
}

/// shmget(2), EACCES: "The user does not have permission to access the shared memory segment". The
/// size is tested before.
#[test]
fn einval_for_size_wins_over_eacces() {
    turn!();
    let key = fresh_key();
    let (fitting, larger) = unprivileged(|| {
        let segment = Segment::keyed(key, 5000, 0);
        let results = (client::get(key, 5000, 0o600), client::get(key, 5001, 0o600));
        drop(segment);
        results
    });
    assert_eq!(fitting, Err(Errno::EACCES));
    assert_eq!(larger, Err(Errno::EINVAL));
}

/// shmget(2): finding a segment changes nothing in it.
#[test]
fn lookup_changes_no_field() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 5000, 0o640);
    let before = segment.stat();
    let found = in_child(|| client::get(key, 1, IPC_CREAT | 0o400));
    assert_eq!(found, Ok(segment.id()));
    assert_eq!(segment.stat(), before);
}

/// shmget(2), SHM_HUGETLB is about the pages of a new segment: a lookup ignores it.
#[test]
fn lookup_ignores_huge_pages() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 4096, 0o600);
    assert_eq!(
        client::get(key, 4096, SHM_HUGETLB | 0o600),
        Ok(segment.id())
    );
    assert_eq!(
        client::get(key, 4096, IPC_CREAT | SHM_HUGETLB | 0o600),
        Ok(segment.id())
    );
}

/// shmget(2), EINVAL: "A new segment was to be created and size is less than SHMMIN". SHMMIN is 1.
#[test]
fn size_zero_makes_nothing() {
    turn!();
    let key = fresh_key();
    assert_eq!(client::get(IPC_PRIVATE, 0, 0o600), Err(Errno::EINVAL));
    assert_eq!(client::get(key, 0, IPC_CREAT | 0o600), Err(Errno::EINVAL));
    assert_eq!(
        client::get(key, 0, IPC_CREAT | IPC_EXCL | 0o600),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        client::get(key, 0, 0),
        Err(Errno::ENOENT),
        "a failed call made the key"
    );
}

/// shmget(2), EINVAL: "... or greater than SHMMAX"; and a failed creation leaves the key free.
#[test]
fn absurd_sizes_are_einval_and_leave_the_key_free() {
    turn!();
    let key = fresh_key();
    for size in [usize::MAX, usize::MAX - 4096, 1 << 63] {
        assert_eq!(
            client::get(IPC_PRIVATE, size, 0o600),
            Err(Errno::EINVAL),
            "size {size:#x}"
        );
        assert_eq!(
            client::get(key, size, IPC_CREAT | 0o600),
            Err(Errno::EINVAL),
            "{size:#x}"
        );
    }
    assert_eq!(
        client::get(key, 1, 0),
        Err(Errno::ENOENT),
        "a failed call made the key"
    );
    let segment = Segment::keyed(key, 1, 0o600);
    assert_eq!(segment.stat().shm_segsz, 1);
}

/// shmget(2), ENOMEM: "No memory could be allocated for segment overhead", and more than there is.
#[test]
fn size_beyond_all_memory_is_enomem() {
    turn!();
    let refused = client::get(IPC_PRIVATE, 1 << 62, 0o600);
    if cfg!(target_os = "linux") {
        assert_eq!(refused, Err(Errno::ENOMEM));
    } else {
        // Its limits are the server's choice, and `int` in IPC_INFO: which is met first is open.
        assert!(support::limits::is_refused_for_size(refused), "{refused:?}");
    }
}

/// shmget(2), SHM_HUGETLB on a new segment: EINVAL where there are no huge pages.
#[test]
fn huge_pages_for_a_new_segment_are_einval_where_there_are_none() {
    turn!();
    let made = client::get(IPC_PRIVATE, 4096, SHM_HUGETLB | 0o600);
    let _guard = made.map(Segment::adopt);
    if cfg!(target_os = "linux") && made != Err(Errno::EINVAL) {
        skip!("this kernel has huge pages: {made:?}");
    }
    assert_eq!(made, Err(Errno::EINVAL));
}

/// shmget(2), SHM_NORESERVE: no swap is set aside. Accepted, and not shown in the mode.
#[test]
fn noreserve_is_accepted() {
    turn!();
    let id = client::get(IPC_PRIVATE, 4096, SHM_NORESERVE | 0o600).expect("SHM_NORESERVE");
    let segment = Segment::adopt(id);
    assert_eq!(segment.stat().shm_perm.mode, 0o600);
    assert!(segment.attach().is_all(0));
}

/// shmget(2) names the flags there are; others are ignored and not kept.
#[test]
fn unknown_flags_are_ignored_and_not_stored() {
    turn!();
    // None of IPC_CREAT, IPC_EXCL, SHM_HUGETLB, SHM_NORESERVE, nor the page size in bits 26 to 31.
    for bit in (13..26).map(|shift| 1 << shift) {
        let id = client::get(IPC_PRIVATE, 1, bit | 0o640).expect("shmget");
        assert_eq!(
            Segment::adopt(id).stat().shm_perm.mode,
            0o640,
            "flag {bit:#o}"
        );
    }
}

/// shmget(2): all flags at once ask for huge pages of no size (stress-ng tries it).
#[test]
fn all_flags_at_once_fail_cleanly() {
    turn!();
    let key = fresh_key();
    assert_eq!(client::get(key, 4096, -1), Err(Errno::EINVAL));
    let segment = Segment::keyed(key, 4096, 0o600);
    assert_eq!(client::get(key, 4096, -1), Err(Errno::EEXIST));
    assert_eq!(segment.nattch(), 0);
}

/// shmget(2): "When a new shared memory segment is created, ... its associated data structure,
/// shmid_ds, is initialized as follows".
#[test]
fn new_segment_has_the_documented_record() {
    turn!();
    let key = fresh_key();
    let before = now();
    let segment = Segment::keyed(key, 12345, 0o641);
    let record = segment.stat();
    let perm = record.shm_perm;
    assert_eq!(perm.key, key);
    assert_eq!(
        (perm.uid, perm.cuid),
        (support::effective_uid(), support::effective_uid())
    );
    assert_eq!(
        (perm.gid, perm.cgid),
        (support::effective_gid(), support::effective_gid())
    );
    assert_eq!(perm.mode, 0o641);
    assert_eq!(i32::from(perm.seq), segment.id() >> 15);
    assert_eq!(record.shm_segsz, 12345);
    assert_eq!(record.shm_cpid, pid());
    assert!(
        is_recent(record.shm_ctime, before),
        "{} is not now",
        record.shm_ctime
    );
    assert_eq!((record.shm_lpid, record.nattch()), (0, 0));
    assert_eq!((record.shm_atime, record.shm_dtime), (0, 0));
    assert!(record.reserved_is_zero());
}

/// shmget(2): a private segment's key is IPC_PRIVATE.
#[test]
fn private_segment_reports_key_zero() {
    turn!();
    assert_eq!(Segment::new(1).stat().shm_perm.key, IPC_PRIVATE);
}

/// shmget(2): `shm_cpid` is the creator's process id, also after it died.
#[test]
fn creator_stays_on_record_after_its_death() {
    turn!();
    let (creator, id) = in_child(|| (pid(), client::get(IPC_PRIVATE, 1, 0o600)));
    let segment = Segment::adopt(id.expect("shmget in a child"));
    assert_eq!(segment.stat().shm_cpid, creator);
    assert_ne!(creator, pid());
}

/// umask(2) names no System V call: the mode is what was asked for.
#[test]
fn umask_does_not_apply() {
    turn!();
    let mode = in_child(|| {
        // SAFETY: a number; the child's mask alone.
        unsafe { libc::umask(0o777) };
        let segment = Segment::with_mode(1, 0o666);
        let mode = segment.stat().shm_perm.mode;
        drop(segment);
        mode
    });
    assert_eq!(mode, 0o666);
}

/// shmget(2): "When a new shared memory segment is created, its contents are initialized to zero
/// values", whatever the memory held in a segment before.
#[test]
fn new_segment_is_zero_filled_even_after_another_was_destroyed() {
    turn!();
    let size = 16 * page();
    for round in 0..4 {
        let segment = Segment::new(size);
        let attachment = segment.attach();
        assert!(attachment.is_all(0), "round {round}");
        attachment.fill(0xa5);
    }
}

/// shmget(2), IPC_CREAT and IPC_EXCL: "This ensures that the call creates the segment", so of many
/// callers one does.
#[test]
fn one_of_many_racing_processes_creates() {
    turn!();
    let rounds = if cfg!(target_os = "hurd") { 3 } else { 20 };
    for _ in 0..rounds {
        let key = fresh_key();
        let children: Vec<_> = (0..8)
            .map(|_| {
                Child::fork(|link| {
                    link.send(());
                    link.pause();
                    link.send(client::get(key, 1, IPC_CREAT | IPC_EXCL | 0o600));
                })
            })
            .collect();
        children.iter().for_each(Child::recv::<()>);
        children.iter().for_each(Child::go);
        let results: Vec<_> = children
            .iter()
            .map(Child::recv::<Result<i32, Errno>>)
            .collect();
        let winners: Vec<_> = results.iter().filter_map(|result| result.ok()).collect();
        let _guards: Vec<_> = winners.iter().map(|&id| Segment::adopt(id)).collect();
        assert_eq!(winners.len(), 1, "{results:?}");
        let losers = results
            .iter()
            .filter(|&&result| result == Err(Errno::EEXIST))
            .count();
        assert_eq!(losers, 7, "{results:?}");
        children.iter().for_each(Child::done);
    }
}

/// shmget(2), IPC_CREAT: find or create in one step, so racing threads get one segment.
#[test]
fn racing_threads_that_create_or_find_get_one_segment() {
    turn!();
    let rounds = if cfg!(target_os = "hurd") { 10 } else { 50 };
    for _ in 0..rounds {
        let key = fresh_key();
        let start = Barrier::new(4);
        let ids: HashSet<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        client::get(key, 1, IPC_CREAT | 0o600).expect("shmget")
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("a thread"))
                .collect()
        });
        let _guards: Vec<_> = ids.iter().map(|&id| Segment::adopt(id)).collect();
        assert_eq!(ids.len(), 1);
    }
}

/// shmget(2): the id "is a nonnegative integer" (POSIX.1 shmget).
#[test]
fn ids_are_not_negative() {
    turn!();
    for _ in 0..100 {
        let id = Segment::new(1).id();
        assert!(id >= 0, "{id}");
    }
}

/// POSIX.1, 2.7.1: an id is a positive integer; programs test for `<= 0`.
#[test]
fn id_zero_is_never_given() {
    turn!();
    if cfg!(target_os = "linux") {
        skip!("Linux gives id 0 to the first segment after boot");
    }
    for _ in 0..100 {
        assert_ne!(Segment::new(1).id(), 0);
    }
}

/// shmget(2): a key is any `key_t` but 0; ftok(3) makes negative ones.
#[test]
fn every_key_is_a_key() {
    turn!();
    for key in [
        1,
        -1,
        i32::MIN,
        i32::MIN + 1,
        i32::MAX,
        0x4000_0000,
        0x7f00_0001,
        -0x2000_0000,
    ] {
        match client::get(key, 77, IPC_CREAT | IPC_EXCL | 0o600) {
            Err(Errno::EEXIST) if !support::is_alone() => continue,
            made => {
                let segment = Segment::adopt(made.unwrap_or_else(|error| panic!("{key}: {error}")));
                assert!(segment.id() >= 0, "key {key} gave id {}", segment.id());
                assert_eq!(segment.stat().shm_perm.key, key);
                assert_eq!(client::get(key, 77, 0), Ok(segment.id()), "key {key}");
                segment.remove();
                assert_eq!(client::get(key, 77, 0), Err(Errno::ENOENT), "key {key}");
            }
        }
    }
}

/// shmget(2): keys and ids are different numbers: no segment is found by its id as a key.
#[test]
fn an_id_is_not_a_key() {
    turn!();
    needs_alone!();
    let segments: Vec<_> = (0..4).map(|_| Segment::new(1)).collect();
    for segment in segments.iter().filter(|segment| segment.id() != 0) {
        assert_eq!(client::get(segment.id(), 1, 0), Err(Errno::ENOENT));
    }
}

/// shmctl(2), IPC_RMID: the id of a removed segment is not soon that of another.
#[test]
fn ids_are_not_reissued_soon() {
    turn!();
    let rounds = if cfg!(target_os = "hurd") { 500 } else { 5000 };
    let mut seen = HashSet::new();
    for _ in 0..rounds {
        let id = Segment::new(1).id();
        assert!(seen.insert(id), "{id} came twice");
    }
}

/// shmget(2): a key whose segment is gone makes another segment, with another id.
#[test]
fn key_of_a_removed_segment_makes_another() {
    turn!();
    let key = fresh_key();
    let old = Segment::keyed(key, 1, 0o600);
    old.remove();
    assert_eq!(client::get(key, 1, 0), Err(Errno::ENOENT));
    let new = Segment::keyed(key, 2, 0o600);
    assert_ne!(new.id(), old.id());
    assert_eq!(new.stat().shm_segsz, 2);
}

/// errno(3): a call that succeeds has no business with errno.
#[test]
fn success_leaves_errno_alone() {
    turn!();
    let key = fresh_key();
    Errno::EIDRM.set_last();
    let made = client::get(key, 1, IPC_CREAT | 0o600);
    let after_making = Errno::last();
    let segment = Segment::adopt(made.expect("shmget"));
    Errno::EIDRM.set_last();
    let found = client::get(key, 1, 0o600);
    let after_finding = Errno::last();
    assert_eq!(found, Ok(segment.id()));
    assert_eq!((after_making, after_finding), (Errno::EIDRM, Errno::EIDRM));
}
