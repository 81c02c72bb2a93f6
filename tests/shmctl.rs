// SPDX-License-Identifier: GPL-2.0-or-later
//! shmctl(2): every command, what it changes, what it leaves, and which error wins.

mod support;

use std::collections::HashSet;
use std::ptr;
use support::client::sys::shmctl;
use support::client::{
    self, Errno, IPC_CREAT, IPC_EXCL, IPC_INFO, IPC_PRIVATE, IPC_RMID, IPC_SET, IPC_STAT, SHM_DEST,
    SHM_INFO, SHM_LOCK, SHM_LOCKED, SHM_STAT, SHM_STAT_ANY, SHM_UNLOCK, ShmInfo, ShmidDs, Shminfo,
};
use support::memory::{Resource, set_limit};
use support::process::{Child, in_child, in_child_as};
use support::{
    Ids, Segment, attach, exists, fresh_key, is_recent, is_root, next_second, now, page, pid,
};

/// The commands that are about one segment and do not look at an index.
const BY_ID: [i32; 5] = [IPC_RMID, IPC_SET, IPC_STAT, SHM_LOCK, SHM_UNLOCK];
/// The commands that fill in a structure.
const FILLING: [i32; 5] = [IPC_STAT, SHM_STAT, SHM_STAT_ANY, IPC_INFO, SHM_INFO];
/// All of them.
const ALL: [i32; 9] = [
    IPC_RMID,
    IPC_SET,
    IPC_STAT,
    IPC_INFO,
    SHM_LOCK,
    SHM_UNLOCK,
    SHM_STAT,
    SHM_INFO,
    SHM_STAT_ANY,
];

/// The index part of an id.
fn index(id: i32) -> i32 {
    id & 0x7fff
}

/// What a command returns with a buffer that would do for any.
fn call(id: i32, cmd: i32) -> Result<i32, Errno> {
    let mut record = ShmidDs::default();
    call_with(id, cmd, &mut record)
}

/// What a command returns with this buffer.
fn call_with(id: i32, cmd: i32, buf: *mut ShmidDs) -> Result<i32, Errno> {
    // SAFETY: struct shmid_ds is the largest of the three structures (asserted below), and a null
    // pointer is refused; IPC_RMID, SHM_LOCK and SHM_UNLOCK do not look at it.
    let returned = unsafe { shmctl(id, cmd, buf) };
    if returned == -1 {
        Err(Errno::last())
    } else {
        Ok(returned)
    }
}

/// An id that no segment has.
fn stale_id() -> i32 {
    let segment = Segment::new(1);
    segment.remove();
    segment.id()
}

/// Uid and gid of this process, for an IPC_SET that changes neither.
fn myself() -> (u32, u32) {
    (support::effective_uid(), support::effective_gid())
}

/// The C library's headers are the source of the errno numbers this suite compares with.
#[test]
fn errno_numbers_are_those_of_the_headers() {
    let named = [
        (Errno::EPERM, libc::EPERM),
        (Errno::ENOENT, libc::ENOENT),
        (Errno::ESRCH, libc::ESRCH),
        (Errno::EINTR, libc::EINTR),
        (Errno::EIO, libc::EIO),
        (Errno::EAGAIN, libc::EAGAIN),
        (Errno::ENOMEM, libc::ENOMEM),
        (Errno::EACCES, libc::EACCES),
        (Errno::EFAULT, libc::EFAULT),
        (Errno::EBUSY, libc::EBUSY),
        (Errno::EEXIST, libc::EEXIST),
        (Errno::EINVAL, libc::EINVAL),
        (Errno::ENFILE, libc::ENFILE),
        (Errno::EMFILE, libc::EMFILE),
        (Errno::ENOSPC, libc::ENOSPC),
        (Errno::EOVERFLOW, libc::EOVERFLOW),
        (Errno::EOPNOTSUPP, libc::EOPNOTSUPP),
        (Errno::EIDRM, libc::EIDRM),
        (Errno::ENOSYS, libc::ENOSYS),
    ];
    assert_eq!(named.len(), Errno::NAMED.len());
    for (ours, header) in named {
        assert_eq!(ours.0, header, "{ours:?}");
        // SAFETY: a number; the string is libc's and lives until the next call of this thread.
        let text = unsafe { std::ffi::CStr::from_ptr(libc::strerror(header)) };
        if cfg!(target_os = "linux") {
            assert_eq!(text.to_str(), Ok(ours.message().expect("a message")));
        }
    }
}

/// shmctl(2), EINVAL: "Invalid shmid or cmd": a negative id, also where the id does not matter.
#[test]
fn negative_id_is_einval_for_every_command() {
    turn!();
    for id in [-1, i32::MIN] {
        for cmd in ALL {
            assert_eq!(call(id, cmd), Err(Errno::EINVAL), "command {cmd}");
        }
    }
}

/// shmctl(2), EINVAL: "cmd is not a valid command", on any id.
#[test]
fn unknown_command_is_einval() {
    turn!();
    let segment = Segment::new(1);
    for cmd in [-1, i32::MIN, 4, 10, 16, 1000, i32::MAX] {
        for id in [segment.id(), 0, -1] {
            assert_eq!(call(id, cmd), Err(Errno::EINVAL), "command {cmd}");
            assert_eq!(
                call_with(id, cmd, ptr::null_mut()),
                Err(Errno::EINVAL),
                "command {cmd}"
            );
        }
    }
    assert!(exists(segment.id()));
}

/// shmctl(2), EINVAL: "shmid is not a valid identifier".
#[test]
fn stale_id_is_einval() {
    turn!();
    let stale = stale_id();
    for cmd in BY_ID {
        assert_eq!(call(stale, cmd), Err(Errno::EINVAL), "command {cmd}");
    }
}

/// shmctl(2), EINVAL: the right index with another sequence number is another segment.
#[test]
fn right_index_with_wrong_sequence_is_einval() {
    turn!();
    let segment = Segment::new(1);
    for cmd in BY_ID {
        assert_eq!(
            call(segment.id() ^ (1 << 15), cmd),
            Err(Errno::EINVAL),
            "command {cmd}"
        );
    }
    assert_eq!(segment.stat().shm_perm.mode, 0o600);
}

/// shmctl(2), EFAULT: "the address pointed to by buf isn't accessible", here null.
#[test]
fn null_buffer_is_efault() {
    turn!();
    let segment = Segment::new(1);
    for cmd in FILLING {
        let id = if cmd == IPC_STAT {
            segment.id()
        } else {
            index(segment.id())
        };
        let filled = call_with(id, cmd, ptr::null_mut());
        assert_eq!(filled, Err(Errno::EFAULT), "command {cmd}");
    }
}

/// shmctl(2), EFAULT: IPC_STAT looks for the segment first.
#[test]
fn einval_wins_over_efault_for_stat() {
    turn!();
    assert_eq!(
        call_with(stale_id(), IPC_STAT, ptr::null_mut()),
        Err(Errno::EINVAL)
    );
}

/// shmctl(2), EFAULT: IPC_SET reads the buffer first, whatever the id and whoever asks.
#[test]
fn efault_wins_over_everything_for_set() {
    turn!();
    let segment = Segment::new(1);
    assert_eq!(
        call_with(stale_id(), IPC_SET, ptr::null_mut()),
        Err(Errno::EFAULT)
    );
    let set = || call_with(segment.id(), IPC_SET, ptr::null_mut());
    assert_eq!(set(), Err(Errno::EFAULT));
    if is_root() {
        assert_eq!(in_child_as(Ids::user(0), set), Err(Errno::EFAULT));
    }
}

/// shmctl(2): IPC_RMID, SHM_LOCK and SHM_UNLOCK do not use buf.
#[test]
fn buffer_is_ignored_where_it_is_not_used() {
    turn!();
    let segment = Segment::new(1);
    let nonsense = ptr::without_provenance_mut(1);
    for cmd in [SHM_LOCK, SHM_UNLOCK, IPC_RMID] {
        assert_eq!(
            call_with(segment.id(), cmd, nonsense),
            Ok(0),
            "command {cmd}"
        );
    }
    assert!(!exists(segment.id()));
}

/// shmctl(2): the structures are as large as this system's headers say, and no byte more is
/// written. util-linux passes a struct shmid_ds to IPC_INFO and SHM_INFO.
#[test]
fn no_byte_is_written_behind_a_structure() {
    turn!();
    const CANARY: u8 = 0xa5;
    let segment = Segment::new(1);
    let sizes = [
        (IPC_STAT, segment.id(), size_of::<ShmidDs>()),
        (SHM_STAT, index(segment.id()), size_of::<ShmidDs>()),
        (SHM_STAT_ANY, index(segment.id()), size_of::<ShmidDs>()),
        (IPC_INFO, 0, size_of::<Shminfo>()),
        (SHM_INFO, 0, size_of::<ShmInfo>()),
    ];
    for (cmd, id, size) in sizes {
        assert!(size <= size_of::<ShmidDs>());
        let mut room = [[u64::from_ne_bytes([CANARY; 8]); 32]; 1];
        call_with(id, cmd, room.as_mut_ptr().cast()).unwrap_or_else(|e| panic!("{cmd}: {e}"));
        let bytes: Vec<u8> = room[0].iter().flat_map(|word| word.to_ne_bytes()).collect();
        assert!(
            bytes[size..].iter().all(|&byte| byte == CANARY),
            "command {cmd} wrote on"
        );
        assert!(
            bytes[..size].iter().any(|&byte| byte != CANARY),
            "command {cmd} wrote nothing"
        );
        assert_ne!(
            bytes[size - 1],
            CANARY,
            "command {cmd} left the last byte out"
        );
    }
}

/// shmctl(2), IPC_STAT: "Copy information from the kernel data structure": nothing changes by it.
#[test]
fn stat_changes_nothing_and_zeroes_what_it_does_not_use() {
    turn!();
    let segment = Segment::keyed(fresh_key(), 4321, 0o640);
    segment.attach().detach();
    let first = segment.stat();
    let elsewhere = in_child(|| segment.stat());
    assert_eq!((segment.stat(), elsewhere), (first, first));
    assert!(first.reserved_is_zero());
}

/// shmctl(2), IPC_SET: "Write the values of some members": uid, gid and the nine mode bits.
#[test]
fn set_changes_owner_group_and_mode() {
    turn!();
    let segment = Segment::new(1);
    let created = segment.stat().shm_perm;
    assert_eq!(client::set(segment.id(), 4001, 4002, 0o644), Ok(()));
    let perm = segment.stat().shm_perm;
    assert_eq!((perm.uid, perm.gid, perm.mode), (4001, 4002, 0o644));
    assert_eq!((perm.cuid, perm.cgid), (created.cuid, created.cgid));
    assert_eq!((perm.key, perm.seq), (created.key, created.seq));
}

/// shmctl(2), IPC_SET: every mode sticks, in both directions.
#[test]
fn set_mode_sticks() {
    turn!();
    let segment = Segment::with_mode(1, 0o600);
    let (uid, gid) = myself();
    for mode in [0o644, 0o600, 0o777, 0o755, 0o400, 0o666, 0o444] {
        assert_eq!(client::set(segment.id(), uid, gid, mode), Ok(()));
        assert_eq!(segment.stat().shm_perm.mode, mode);
    }
}

/// shmctl(2), IPC_SET: "the least significant 9 bits" of the mode; no more can be set by it.
#[test]
fn set_ignores_higher_mode_bits() {
    turn!();
    let segment = Segment::new(1);
    let (uid, gid) = myself();
    assert_eq!(client::set(segment.id(), uid, gid, 0o640 | !0o777), Ok(()));
    assert_eq!(segment.stat().shm_perm.mode, 0o640);
}

/// shmctl(2), IPC_SET names three members: the others of buf do not matter.
#[test]
fn set_changes_nothing_else() {
    turn!();
    let segment = Segment::keyed(fresh_key(), 4321, 0o600);
    let attachment = segment.attach();
    let before = segment.stat();
    let mut record = before;
    record.shm_perm.key = before.shm_perm.key + 1;
    record.shm_perm.cuid = 4003;
    record.shm_perm.cgid = 4004;
    record.shm_perm.seq = 7;
    record.shm_segsz = 1;
    record.shm_atime = 1;
    record.shm_dtime = 1;
    record.shm_cpid = 1;
    record.shm_lpid = 1;
    record.shm_nattch = 9;
    assert_eq!(call_with(segment.id(), IPC_SET, &mut record), Ok(0));
    let mut after = segment.stat();
    after.shm_ctime = before.shm_ctime;
    assert_eq!(after, before);
    drop(attachment);
}

/// shmctl(2), EINVAL: no user or group has the number -1, and then neither is set.
#[test]
fn set_of_uid_or_gid_minus_one_is_einval_and_changes_nothing() {
    turn!();
    let segment = Segment::new(1);
    let (uid, gid) = myself();
    let before = segment.stat();
    for (uid, gid) in [(u32::MAX, gid), (uid, u32::MAX), (u32::MAX, u32::MAX)] {
        assert_eq!(
            client::set(segment.id(), uid, gid, 0o666),
            Err(Errno::EINVAL)
        );
    }
    assert_eq!(segment.stat(), before);
}

/// shmctl(2): which commands move a time. IPC_SET: "also update the shm_ctime member", though
/// nothing differs. IPC_RMID, locks and stats move none.
#[test]
fn only_set_moves_the_change_time() {
    turn!();
    let (set, removed, used) = (Segment::new(1), Segment::new(1), Segment::new(1));
    let holder = Child::fork(|link| {
        removed.attach().leak();
        link.send(());
        link.hang();
    });
    holder.recv::<()>();
    let key = fresh_key();
    let found = Segment::keyed(key, 1, 0o600);
    let [set_before, removed_before, used_before, found_before] =
        [&set, &removed, &used, &found].map(Segment::stat);
    next_second();
    let before = now();
    let (uid, gid) = myself();
    assert_eq!(client::set(set.id(), uid, gid, 0o600), Ok(()));
    let moved = set.stat();
    assert!(is_recent(moved.shm_ctime, before) && moved.shm_ctime > set_before.shm_ctime);
    removed.remove();
    removed.remove();
    let after = removed.stat();
    assert_eq!(after.shm_ctime, removed_before.shm_ctime, "IPC_RMID");
    assert_eq!(after.shm_lpid, removed_before.shm_lpid, "IPC_RMID");
    assert_eq!(
        (after.shm_atime, after.shm_dtime),
        (removed_before.shm_atime, 0),
        "IPC_RMID"
    );
    assert_eq!(client::lock(used.id()), Ok(()));
    assert_eq!(client::unlock(used.id()), Ok(()));
    assert_eq!(used.stat(), used_before, "SHM_LOCK, SHM_UNLOCK");
    used.attach().detach();
    assert_eq!(used.stat().shm_ctime, used_before.shm_ctime, "shmat, shmdt");
    assert_eq!(client::get(key, 1, IPC_CREAT | 0o600), Ok(found.id()));
    assert_eq!(found.stat(), found_before, "shmget");
    drop(holder);
}

/// shmctl(2), IPC_RMID of a segment that nobody attached destroys it now.
#[test]
fn removing_an_unattached_segment_destroys_it() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 1, 0o600);
    assert_eq!(client::remove(segment.id()), Ok(()));
    assert!(!exists(segment.id()));
    assert_eq!(client::remove(segment.id()), Err(Errno::EINVAL));
    assert_eq!(client::get(key, 1, 0), Err(Errno::ENOENT));
}

/// shmctl(2), IPC_RMID: "Mark the segment to be destroyed": SHM_DEST in the mode, key 0.
#[test]
fn removing_an_attached_segment_marks_it() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 1, 0o640);
    let attachment = segment.attach();
    let before = segment.stat();
    segment.remove();
    let after = segment.stat();
    assert_eq!(after.shm_perm.mode, 0o640 | SHM_DEST);
    assert_eq!(after.shm_perm.key, IPC_PRIVATE);
    let mut rest = after;
    rest.shm_perm.mode = before.shm_perm.mode;
    rest.shm_perm.key = before.shm_perm.key;
    assert_eq!(rest, before);
    drop(attachment);
}

/// shmctl(2), IPC_RMID twice is harmless.
#[test]
fn removing_again_succeeds_while_attached() {
    turn!();
    let segment = Segment::new(1);
    let attachment = segment.attach();
    for _ in 0..3 {
        assert_eq!(client::remove(segment.id()), Ok(()));
    }
    assert_eq!(segment.stat().shm_perm.mode, 0o600 | SHM_DEST);
    attachment.write(0, 1);
    attachment.detach();
    assert_eq!(client::remove(segment.id()), Err(Errno::EINVAL));
}

/// shmctl(2), IPC_SET on a removed segment works, and cannot take the mark away.
#[test]
fn set_keeps_the_removal_mark() {
    turn!();
    let segment = Segment::new(1);
    let attachment = segment.attach();
    segment.remove();
    let (uid, gid) = myself();
    assert_eq!(client::set(segment.id(), uid, gid, 0o666), Ok(()));
    assert_eq!(segment.stat().shm_perm.mode, 0o666 | SHM_DEST);
    attachment.detach();
    assert!(!exists(segment.id()));
}

/// shmctl(2), SHM_LOCK: "Prevent swapping of the shared memory segment"; the mode shows it.
#[test]
fn lock_and_unlock_set_and_clear_the_bit() {
    turn!();
    let segment = Segment::new(page());
    for _ in 0..2 {
        assert_eq!(call(segment.id(), SHM_LOCK), Ok(0));
        assert_eq!(segment.stat().shm_perm.mode, 0o600 | SHM_LOCKED);
    }
    for _ in 0..2 {
        assert_eq!(call(segment.id(), SHM_UNLOCK), Ok(0));
        assert_eq!(segment.stat().shm_perm.mode, 0o600);
    }
}

/// shmctl(2), IPC_SET does not unlock, nor lock.
#[test]
fn set_keeps_the_lock() {
    turn!();
    let segment = Segment::new(page());
    let (uid, gid) = myself();
    assert_eq!(client::lock(segment.id()), Ok(()));
    assert_eq!(client::set(segment.id(), uid, gid, 0o640), Ok(()));
    assert_eq!(segment.stat().shm_perm.mode, 0o640 | SHM_LOCKED);
    assert_eq!(client::unlock(segment.id()), Ok(()));
    assert_eq!(
        client::set(segment.id(), uid, gid, 0o640 | SHM_LOCKED),
        Ok(())
    );
    assert_eq!(segment.stat().shm_perm.mode, 0o640);
}

/// shmctl(2), SHM_LOCK: a locked segment is used like any other.
#[test]
fn locked_segment_is_attached_and_removed_as_usual() {
    turn!();
    let segment = Segment::new(2 * page());
    let attachment = segment.attach();
    attachment.write(page(), 9);
    assert_eq!(client::lock(segment.id()), Ok(()));
    assert_eq!(segment.attach().read(page()), 9);
    segment.remove();
    assert_eq!(segment.stat().shm_perm.mode, 0o600 | SHM_DEST | SHM_LOCKED);
    attachment.detach();
    assert!(!exists(segment.id()));
}

/// shmctl(2), EPERM and ENOMEM of SHM_LOCK: "the soft resource limit RLIMIT_MEMLOCK" of one
/// without privileges.
#[test]
fn locked_memory_limit_is_eperm_when_zero_and_enomem_when_exceeded() {
    turn!();
    let attempt = |limit| {
        in_child(|| {
            if is_root() {
                Ids::user(0).assume();
            }
            let segment = Segment::new(4 * page());
            set_limit(Resource::LockedMemory, limit).expect("setrlimit");
            let locked = client::lock(segment.id());
            drop(segment);
            locked
        })
    };
    assert_eq!(attempt(0), Err(Errno::EPERM));
    assert_eq!(attempt(page() as u64), Err(Errno::ENOMEM));
    assert_eq!(attempt(4 * page() as u64), Ok(()));
}

/// shmctl(2), IPC_INFO: "information about system-wide shared memory limits".
#[test]
fn ipc_info_gives_plausible_limits() {
    turn!();
    let (limits, _) = client::ipc_info().expect("IPC_INFO");
    assert_eq!(limits.shmmin, 1);
    assert!(limits.shmmni >= 1, "{limits:?}");
    assert_eq!(limits.shmseg, limits.shmmni);
    assert!(limits.shmmax >= 1 && limits.shmall >= 1, "{limits:?}");
}

/// shmctl(2), IPC_INFO and SHM_INFO return "the index of the highest used entry", 0 if none.
#[test]
fn info_returns_the_highest_index_in_use() {
    turn!();
    needs_alone!();
    let both = || {
        (
            client::ipc_info().expect("IPC_INFO").1,
            client::shm_info().expect("SHM_INFO").1,
        )
    };
    let before = both();
    assert_eq!(before.0, before.1);
    let segments: Vec<_> = (0..5).map(|_| Segment::new(1)).collect();
    let highest = segments
        .iter()
        .map(|segment| index(segment.id()))
        .max()
        .expect("five");
    let highest = highest.max(before.0);
    assert_eq!(both(), (highest, highest));
    drop(segments);
    if support::segment::all_ids().is_empty() {
        assert_eq!(both(), (0, 0));
    }
}

/// shmctl(2), IPC_INFO and SHM_INFO: the id is ignored, if it is not negative.
#[test]
fn info_ignores_the_id() {
    turn!();
    for id in [0, 1, i32::MAX] {
        assert!(call(id, IPC_INFO).is_ok());
        assert!(call(id, SHM_INFO).is_ok());
    }
}

/// shmctl(2), SHM_INFO: `used_ids` and `shm_tot`, in pages, each segment rounded up; removed ones
/// count while they are attached.
#[test]
fn shm_info_counts_segments_and_pages() {
    turn!();
    needs_alone!();
    let count = || {
        let (info, _) = client::shm_info().expect("SHM_INFO");
        (info.used_ids, info.shm_tot)
    };
    let (ids, pages) = count();
    let one = Segment::new(1);
    assert_eq!(count(), (ids + 1, pages + 1));
    let three = Segment::new(2 * page() + 1);
    assert_eq!(count(), (ids + 2, pages + 4));
    let attachment = three.attach();
    three.remove();
    assert_eq!(count(), (ids + 2, pages + 4));
    attachment.detach();
    assert_eq!(count(), (ids + 1, pages + 1));
    one.remove();
    assert_eq!(count(), (ids, pages));
}

/// shmctl(2), SHM_INFO: `shm_rss` counts pages in memory, which come with the first touch.
#[test]
fn shm_info_counts_resident_pages() {
    turn!();
    needs_alone!();
    let resident = || client::shm_info().expect("SHM_INFO").0.shm_rss;
    let before = resident();
    let segment = Segment::new(64 * page());
    let attachment = segment.attach();
    assert_eq!(
        resident(),
        before,
        "pages are there before they are touched"
    );
    attachment.fill(1);
    assert!(resident() >= before + 64);
    assert_eq!(client::shm_info().expect("SHM_INFO").0.swap_attempts, 0);
    assert_eq!(client::shm_info().expect("SHM_INFO").0.swap_successes, 0);
    drop(attachment);
    drop(segment);
    assert_eq!(resident(), before, "memory of a destroyed segment");
}

/// shmctl(2), SHM_STAT: "as for IPC_STAT", with an index in place of the id, and the id returned.
#[test]
fn stat_by_index_gives_the_id_and_the_same_record() {
    turn!();
    let segment = Segment::keyed(fresh_key(), 4321, 0o640);
    let _attachment = segment.attach();
    let expected = Ok((segment.id(), segment.stat()));
    assert_eq!(client::stat_index(index(segment.id())), expected);
    assert_eq!(client::stat_index_any(index(segment.id())), expected);
}

/// shmctl(2), SHM_STAT: of the number only the index counts, any sequence will do.
#[test]
fn stat_by_index_ignores_the_sequence() {
    turn!();
    let segment = Segment::new(1);
    for number in [
        segment.id(),
        segment.id() ^ (1 << 15),
        segment.id() ^ (5 << 15),
    ] {
        assert_eq!(
            client::stat_index(number).map(|(id, _)| id),
            Ok(segment.id())
        );
        assert_eq!(
            client::stat_index_any(number).map(|(id, _)| id),
            Ok(segment.id())
        );
    }
}

/// shmctl(2), EINVAL: "for a SHM_STAT operation, the index value specified ... referred to an array
/// slot that is currently unused".
#[test]
fn stat_by_an_unused_index_is_einval() {
    turn!();
    let unused = index(stale_id());
    assert_eq!(client::stat_index(unused), Err(Errno::EINVAL));
    assert_eq!(client::stat_index_any(unused), Err(Errno::EINVAL));
    let behind = client::shm_info().expect("SHM_INFO").1 + 1;
    assert_eq!(client::stat_index(behind), Err(Errno::EINVAL));
}

/// shmctl(2), SHM_INFO and SHM_STAT_ANY: walking up to the highest index finds them all, as ipcs
/// does.
#[test]
fn enumeration_finds_every_segment_once() {
    turn!();
    needs_alone!();
    let mut segments: Vec<_> = (0..20).map(|_| Segment::new(1)).collect();
    let held = segments[3].attach();
    segments[3].remove();
    (0..10).for_each(|number| drop(segments.remove(number)));
    let found = support::segment::all_ids();
    let used = client::shm_info().expect("SHM_INFO").0.used_ids;
    let unique: HashSet<_> = found.iter().copied().collect();
    assert_eq!(found.len(), unique.len());
    assert_eq!(found.len(), usize::try_from(used).expect("a count"));
    for segment in &segments {
        assert!(unique.contains(&segment.id()));
    }
    drop(held);
}

/// shmctl(2), SHM_STAT: an id is its sequence number times 32768 plus its index, and `__seq` says so.
#[test]
fn sequence_on_record_is_that_of_the_id() {
    turn!();
    for _ in 0..10 {
        let segment = Segment::new(1);
        assert_eq!(i32::from(segment.stat().shm_perm.seq), segment.id() / 32768);
    }
}

/// Ids are given out round a ring: a freed index is not the next one given.
#[test]
fn freed_index_is_not_the_next_one_given() {
    turn!();
    needs_alone!();
    let _low = Segment::new(1);
    let rounds = if cfg!(target_os = "hurd") { 200 } else { 1000 };
    let mut last = Segment::new(1).id();
    for _ in 0..rounds {
        let id = Segment::new(1).id();
        assert_ne!(index(id), index(last));
        let wrapped = index(id) < index(last);
        assert_eq!(
            id / 32768 - last / 32768,
            i32::from(wrapped),
            "{last} was followed by {id}"
        );
        last = id;
    }
}

/// errno(3): a call that succeeds has no business with errno.
#[test]
fn success_leaves_errno_alone() {
    turn!();
    let segment = Segment::new(page());
    let (uid, gid) = myself();
    let mut record = ShmidDs::default();
    record.shm_perm.uid = uid;
    record.shm_perm.gid = gid;
    record.shm_perm.mode = 0o600;
    for cmd in [
        IPC_STAT, IPC_SET, IPC_INFO, SHM_INFO, SHM_LOCK, SHM_UNLOCK, IPC_RMID,
    ] {
        let mut buffer = record;
        Errno::EIDRM.set_last();
        let returned = call_with(segment.id(), cmd, &mut buffer);
        let after = Errno::last();
        assert!(returned.is_ok(), "command {cmd}: {returned:?}");
        assert_eq!(after, Errno::EIDRM, "command {cmd}");
    }
}

/// shmctl(2), IPC_RMID and shmat(2): a segment goes for good; neither call revives it.
#[test]
fn destroyed_segment_is_gone_for_every_call() {
    turn!();
    let key = fresh_key();
    let segment = Segment::keyed(key, 1, 0o600);
    let attachment = segment.attach();
    segment.remove();
    attachment.detach();
    for cmd in BY_ID {
        assert_eq!(call(segment.id(), cmd), Err(Errno::EINVAL), "command {cmd}");
    }
    assert_eq!(attach(segment.id(), ptr::null(), 0), Err(Errno::EINVAL));
    assert_eq!(client::stat_index(index(segment.id())), Err(Errno::EINVAL));
    let again = Segment::adopt(client::get(key, 1, IPC_CREAT | IPC_EXCL | 0o600).expect("shmget"));
    assert_eq!(again.stat().shm_cpid, pid());
}
