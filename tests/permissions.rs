// SPDX-License-Identifier: GPL-2.0-or-later
//! Who may do what: the class that an identity falls in, the bits each call asks for, and the rule
//! of ownership that IPC_SET, IPC_RMID and the locks share.
//!
//! shmget(2), shmat(2) and shmctl(2), EACCES and EPERM; the model is ipc_perm's of sysvipc(7).

mod support;

use std::ptr;
use support::client::{
    self, Errno, IPC_CREAT, IPC_EXCL, IPC_PRIVATE, SHM_EXEC, SHM_LOCKED, SHM_RDONLY,
};
use support::memory::{peek, poke, protect};
use support::process::{Child, faults, in_child, in_child_as, set_effective_uid, set_uids};
use support::{
    Ids, Segment, attach, detach, effective_gid, effective_uid, exists, fresh_key, is_root, page,
};

const OWNER: Ids = Ids::user(1);
const CREATOR: Ids = Ids::user(2);
const STRANGER: Ids = Ids::user(3);

/// A segment made by `CREATOR` and given to `OWNER`, by key, with this mode.
fn given_away(mode: i32) -> (Segment, i32) {
    let key = fresh_key();
    let id = in_child_as(CREATOR, || {
        let id = client::get(key, page(), IPC_CREAT | IPC_EXCL | 0o600)?;
        client::set(id, OWNER.uid, OWNER.gid, mode as u32).map(|()| id)
    });
    (Segment::adopt(id.expect("a segment to give away")), key)
}

/// What one identity is allowed on a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Allowed {
    /// shmget demanding r, w, x and rwx.
    get: [bool; 4],
    /// shmat read-only, default, and each with SHM_EXEC.
    attach: [bool; 4],
    /// IPC_STAT and SHM_STAT.
    stat: [bool; 2],
}

impl Allowed {
    /// What a class with these three bits is allowed.
    fn by(bits: i32) -> Self {
        let has = |wanted: i32| bits & wanted == wanted;
        Allowed {
            get: [has(4), has(2), has(1), has(7)],
            attach: [has(4), has(6), has(5), has(7)],
            stat: [has(4); 2],
        }
    }

    /// What the calling process is allowed; a refusal must be EACCES.
    fn here(id: i32, key: i32) -> Self {
        Allowed {
            get: [0o400, 0o200, 0o100, 0o700].map(|demand| granted(client::get(key, 0, demand))),
            attach: [SHM_RDONLY, 0, SHM_RDONLY | SHM_EXEC, SHM_EXEC].map(|flags| {
                let attached = attach(id, ptr::null(), flags);
                if let Ok(base) = attached {
                    assert_eq!(detach(base), Ok(()));
                }
                granted(attached)
            }),
            stat: [granted(client::stat(id)), granted(client::stat_index(id))],
        }
    }
}

fn granted<T>(result: Result<T, Errno>) -> bool {
    match result {
        Ok(_) => true,
        Err(Errno::EACCES) => false,
        Err(other) => panic!("{other:?} instead of EACCES"),
    }
}

/// For all eight settings of one class's bits, the other two classes having the opposite, `who` is
/// allowed what they say, and no other class's bits.
fn class_decides(who: Ids, shift: i32) {
    let (segment, key) = given_away(0);
    for bits in 0..8 {
        let mode = (0o777 & !(7 << shift)) & !(0o111 * bits) | bits << shift;
        assert_eq!(
            client::set(segment.id(), OWNER.uid, OWNER.gid, mode as u32),
            Ok(())
        );
        let allowed = in_child_as(who, || Allowed::here(segment.id(), key));
        assert_eq!(allowed, Allowed::by(bits), "mode {mode:o}");
    }
}

/// sysvipc(7): the owner has the user bits and no others: mode 0077 denies it all.
#[test]
fn owner_has_the_user_bits() {
    turn!();
    needs_root!();
    class_decides(OWNER, 6);
    // In the group as well, the owner still has the user bits alone.
    class_decides(OWNER.with_gid(CREATOR.gid), 6);
}

/// sysvipc(7): the creator has the user bits for ever, though it gave the segment away.
#[test]
fn creator_keeps_the_user_bits() {
    turn!();
    needs_root!();
    class_decides(CREATOR, 6);
}

/// sysvipc(7): who is in the owner's group has the group bits.
#[test]
fn owners_group_has_the_group_bits() {
    turn!();
    needs_root!();
    class_decides(STRANGER.with_gid(OWNER.gid), 3);
}

/// sysvipc(7): who is in the creator's group has the group bits.
#[test]
fn creators_group_has_the_group_bits() {
    turn!();
    needs_root!();
    class_decides(STRANGER.with_gid(CREATOR.gid), 3);
}

/// sysvipc(7): a supplementary group counts like the effective one (POSIX.1 names only that).
#[test]
fn supplementary_group_has_the_group_bits() {
    turn!();
    needs_root!();
    class_decides(STRANGER.with_group(OWNER.gid), 3);
    class_decides(STRANGER.with_group(CREATOR.gid), 3);
}

/// sysvipc(7): everybody else has the other bits.
#[test]
fn stranger_has_the_other_bits() {
    turn!();
    needs_root!();
    class_decides(STRANGER, 0);
}

/// sysvipc(7): a privileged process is denied nothing, execution included.
#[test]
fn root_is_denied_nothing() {
    turn!();
    needs_root!();
    let (segment, key) = given_away(0);
    assert_eq!(Allowed::here(segment.id(), key), Allowed::by(7));
}

/// shmget(2): of the mode bits demanded of an existing segment the classes do not matter: 0400,
/// 0040 and 0004 all ask for reading.
#[test]
fn demanded_bits_are_folded_into_one_class() {
    turn!();
    needs_root!();
    let (_segment, key) = given_away(0o604);
    for (who, allowed) in [(OWNER, 6), (STRANGER, 4)] {
        for (demand, folded) in [
            (0o400, 4),
            (0o040, 4),
            (0o004, 4),
            (0o200, 2),
            (0o020, 2),
            (0o002, 2),
            (0o100, 1),
            (0o010, 1),
            (0o001, 1),
            (0o420, 6),
            (0o042, 6),
            (0o421, 7),
            (0o666, 6),
        ] {
            let got = in_child_as(who, || granted(client::get(key, 0, demand)));
            assert_eq!(got, folded & !allowed == 0, "{who:?} demands {demand:o}");
        }
    }
}

/// shmget(2): who demands nothing is refused nothing, on mode 0000 and as a stranger: PostgreSQL's
/// probe.
#[test]
fn lookup_that_demands_nothing_needs_no_permission() {
    turn!();
    needs_root!();
    let (segment, key) = given_away(0);
    for who in [OWNER, CREATOR, STRANGER] {
        let found = in_child_as(who, || client::get(key, page(), IPC_CREAT));
        assert_eq!(found, Ok(segment.id()), "{who:?}");
    }
}

/// shmget(2), EACCES: the execute bit counts, for the owner too.
#[test]
fn demanding_execution_that_is_not_granted_is_eacces() {
    turn!();
    needs_root!();
    let (segment, key) = given_away(0o666);
    let (all, both) = in_child_as(OWNER, || {
        (client::get(key, 0, 0o777), client::get(key, 0, 0o666))
    });
    assert_eq!((all, both), (Err(Errno::EACCES), Ok(segment.id())));
}

/// shmget(2): on one's own segment, without any privilege.
#[test]
fn own_segment_is_refused_when_its_mode_says_so() {
    turn!();
    let key = fresh_key();
    let body = || {
        let segment = Segment::keyed(key, page(), 0o077);
        let allowed = Allowed::here(segment.id(), key);
        assert_eq!(client::remove(segment.id()), Ok(()));
        allowed
    };
    let allowed = if is_root() {
        in_child_as(OWNER, body)
    } else {
        in_child(body)
    };
    assert_eq!(allowed, Allowed::by(0));
}

/// shmget(2), errors of an existing key: EEXIST wins over EINVAL, which wins over EACCES.
#[test]
fn eexist_wins_over_einval_and_that_over_eacces() {
    turn!();
    needs_root!();
    let (_segment, key) = given_away(0o600);
    let too_large = page() + 1;
    let (exclusive, large, fitting) = in_child_as(STRANGER, || {
        (
            client::get(key, too_large, IPC_CREAT | IPC_EXCL | 0o600),
            client::get(key, too_large, 0o600),
            client::get(key, page(), 0o600),
        )
    });
    assert_eq!(exclusive, Err(Errno::EEXIST));
    assert_eq!(large, Err(Errno::EINVAL));
    assert_eq!(fitting, Err(Errno::EACCES));
}

/// shmat(2): there is no write-only attachment: mode 0200 allows none.
#[test]
fn write_permission_alone_allows_no_attachment() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o200);
    let attempts = in_child_as(OWNER, || {
        [SHM_RDONLY, 0].map(|flags| attach(segment.id(), ptr::null(), flags))
    });
    assert_eq!(attempts, [Err(Errno::EACCES); 2]);
    assert_eq!(segment.nattch(), 0);
}

/// shmctl(2), SHM_STAT_ANY: "as for SHM_STAT. However, ... without checking whether shmid has read
/// access"; IPC_INFO and SHM_INFO ask nobody.
#[test]
fn stat_any_and_the_infos_need_no_permission() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0);
    let index = segment.id() & 0x7fff;
    let expected = segment.stat();
    in_child_as(STRANGER, || {
        assert_eq!(client::stat_index(index), Err(Errno::EACCES));
        assert_eq!(client::stat_index_any(index), Ok((segment.id(), expected)));
        assert!(client::ipc_info().is_ok());
        assert!(
            client::shm_info().is_ok_and(|(info, highest)| info.used_ids > 0 && highest >= index)
        );
    });
}

/// shmctl(2), EACCES and EFAULT: permission is tested before the buffer.
#[test]
fn eacces_wins_over_efault_for_stat() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0);
    let refused = in_child_as(STRANGER, || {
        // SAFETY: a null buffer is refused, whoever asks.
        let returned =
            unsafe { client::sys::shmctl(segment.id(), client::IPC_STAT, ptr::null_mut()) };
        (returned, Errno::last())
    });
    assert_eq!(refused, (-1, Errno::EACCES));
}

/// The four commands that ask for ownership, each leaving the segment as it was if refused.
fn owner_commands(id: i32) -> [Result<(), Errno>; 4] {
    [
        client::lock(id),
        client::unlock(id),
        client::set(id, OWNER.uid, OWNER.gid, 0),
        client::remove(id),
    ]
}

/// shmctl(2), EPERM: "the effective user ID of the calling process is not the creator ... or the
/// owner": no mode bit helps, nor does the group.
#[test]
fn only_owner_creator_and_root_control_a_segment() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o777);
    let before = segment.stat();
    for who in [
        STRANGER,
        STRANGER.with_gid(OWNER.gid),
        STRANGER.with_group(CREATOR.gid),
    ] {
        let refused = in_child_as(who, || owner_commands(segment.id()));
        assert_eq!(refused, [Err(Errno::EPERM); 4], "{who:?}");
    }
    assert_eq!(segment.stat(), before);
}

/// shmctl(2): for owner and creator the mode bits do not matter: a segment of mode 0000 is changed
/// and removed.
#[test]
fn owner_and_creator_control_a_segment_of_no_permissions() {
    turn!();
    needs_root!();
    for who in [OWNER, CREATOR] {
        let (segment, _) = given_away(0);
        let done = in_child_as(who, || owner_commands(segment.id()));
        assert_eq!(done, [Ok(()); 4], "{who:?}");
        assert!(!exists(segment.id()));
    }
}

/// shmctl(2): a privileged process controls any segment.
#[test]
fn root_controls_every_segment() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0);
    assert_eq!(owner_commands(segment.id()), [Ok(()); 4]);
    assert!(!exists(segment.id()));
}

/// shmctl(2), IPC_SET: unlike chown(2), the owner gives a segment to anybody, any group included.
#[test]
fn owner_gives_a_segment_to_anybody() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o600);
    let given = in_child_as(OWNER, || client::set(segment.id(), STRANGER.uid, 0, 0o640));
    assert_eq!(given, Ok(()));
    let perm = segment.stat().shm_perm;
    assert_eq!((perm.uid, perm.gid), (STRANGER.uid, 0));
    assert_eq!((perm.cuid, perm.cgid), (CREATOR.uid, CREATOR.gid));
    // The one who gave it has nothing left; the new owner has it all, and so has the creator.
    assert_eq!(
        in_child_as(OWNER, || client::stat(segment.id()).err()),
        Some(Errno::EACCES)
    );
    assert_eq!(
        in_child_as(OWNER, || client::remove(segment.id())),
        Err(Errno::EPERM)
    );
    assert!(in_child_as(CREATOR, || attach(
        segment.id(),
        ptr::null(),
        0
    )
    .is_ok()));
    assert_eq!(
        in_child_as(STRANGER, || client::remove(segment.id())),
        Ok(())
    );
}

/// shmctl(2), EPERM: removing asks the same of a segment that is already removed.
#[test]
fn stranger_may_not_remove_a_removed_segment_either() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o777);
    let attachment = segment.attach();
    segment.remove();
    assert_eq!(
        in_child_as(STRANGER, || client::remove(segment.id())),
        Err(Errno::EPERM)
    );
    drop(attachment);
}

/// shmat(2): a removed segment is attached by who may attach it, and by nobody else.
#[test]
fn removed_segment_keeps_its_permissions() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o600);
    let attachment = segment.attach();
    segment.remove();
    let attempt = || attach(segment.id(), ptr::null(), 0).map(drop);
    assert_eq!(in_child_as(OWNER, attempt), Ok(()));
    assert_eq!(in_child_as(STRANGER, attempt), Err(Errno::EACCES));
    drop(attachment);
}

/// shmctl(2), EPERM and EINVAL: the segment is looked for before ownership is asked.
#[test]
fn einval_wins_over_eperm() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o600);
    segment.remove();
    let refused = in_child_as(STRANGER, || owner_commands(segment.id()));
    assert_eq!(refused, [Err(Errno::EINVAL); 4]);
}

/// shmctl(2), EPERM of IPC_SET wins over EINVAL for an owner of -1.
#[test]
fn eperm_wins_over_an_invalid_new_owner() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o666);
    let set = || client::set(segment.id(), u32::MAX, 0, 0);
    assert_eq!(in_child_as(STRANGER, set), Err(Errno::EPERM));
    assert_eq!(in_child_as(OWNER, set), Err(Errno::EINVAL));
}

/// shmget(2): owner and creator of a new segment are the effective ids of who calls.
#[test]
fn new_segment_belongs_to_the_effective_ids() {
    turn!();
    needs_root!();
    let id = in_child_as(OWNER.with_gid(STRANGER.gid), || {
        client::get(IPC_PRIVATE, 1, 0o600)
    });
    let segment = Segment::adopt(id.expect("shmget"));
    let perm = segment.stat().shm_perm;
    assert_eq!((perm.uid, perm.cuid), (OWNER.uid, OWNER.uid));
    assert_eq!((perm.gid, perm.cgid), (STRANGER.gid, STRANGER.gid));
    let id = in_child(|| {
        set_uids(0, OWNER.uid, 0);
        client::get(IPC_PRIVATE, 1, 0o600)
    });
    let segment = Segment::adopt(id.expect("shmget"));
    assert_eq!(segment.stat().shm_perm.uid, OWNER.uid);
    assert_eq!(segment.stat().shm_perm.cuid, OWNER.uid);
}

/// sysvipc(7): only the effective user id counts, not the real or the saved one.
#[test]
fn real_and_saved_uid_do_not_count() {
    turn!();
    needs_root!();
    let (segment, key) = given_away(0o700);
    let as_ids = |real: u32, effective: u32, saved: u32| {
        in_child(|| {
            set_uids(real, effective, saved);
            Allowed::here(segment.id(), key)
        })
    };
    assert_eq!(as_ids(OWNER.uid, STRANGER.uid, OWNER.uid), Allowed::by(0));
    assert_eq!(
        as_ids(STRANGER.uid, OWNER.uid, STRANGER.uid),
        Allowed::by(7)
    );
    assert_eq!(as_ids(0, STRANGER.uid, 0), Allowed::by(0));
}

/// seteuid(2): a process that changes its identity after its first call is judged by the new one,
/// there and back.
#[test]
fn change_of_identity_takes_effect_at_the_next_call() {
    turn!();
    needs_root!();
    let (segment, key) = given_away(0o700);
    in_child(|| {
        for _ in 0..3 {
            assert_eq!(Allowed::here(segment.id(), key), Allowed::by(7));
            set_effective_uid(STRANGER.uid);
            assert_eq!(Allowed::here(segment.id(), key), Allowed::by(0));
            assert_eq!(client::remove(segment.id()), Err(Errno::EPERM));
            set_effective_uid(0);
            set_effective_uid(OWNER.uid);
            assert_eq!(Allowed::here(segment.id(), key), Allowed::by(7));
            let own = Segment::new(1);
            assert_eq!(
                client::stat(own.id()).map(|record| record.shm_perm.uid),
                Ok(OWNER.uid)
            );
            drop(own);
            set_effective_uid(0);
        }
    });
    assert!(exists(segment.id()));
}

/// shmat(2): permission is asked once. A mode changed later takes nothing from who is attached.
#[test]
fn later_change_of_mode_leaves_attachments_alone() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o666);
    let watcher = segment.attach();
    let child = Child::fork(|link| {
        STRANGER.assume();
        let attachment = segment.attach();
        link.send(());
        link.pause();
        attachment.write(0, attachment.read(0) + 1);
        link.send(attach(segment.id(), ptr::null(), SHM_RDONLY).err());
        link.pause();
        link.send(detach(attachment.base()));
    });
    child.recv::<()>();
    watcher.write(0, 40);
    assert_eq!(client::set(segment.id(), OWNER.uid, OWNER.gid, 0), Ok(()));
    child.go();
    assert_eq!(child.recv::<Option<Errno>>(), Some(Errno::EACCES));
    assert_eq!(watcher.read(0), 41);
    child.go();
    assert_eq!(child.recv::<Result<(), Errno>>(), Ok(()));
    child.done();
}

/// shmat(2): nor does a later change of identity.
#[test]
fn later_change_of_identity_leaves_attachments_alone() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o600);
    let byte = in_child(|| {
        set_effective_uid(OWNER.uid);
        let attachment = segment.attach();
        set_effective_uid(0);
        STRANGER.assume();
        attachment.write(0, 12);
        let again = in_child(|| attachment.read(0));
        assert_eq!(attach(segment.id(), ptr::null(), 0), Err(Errno::EACCES));
        attachment.detach();
        again
    });
    assert_eq!(
        (byte, segment.nattch(), segment.attach().read(0)),
        (12, 0, 12)
    );
}

/// mprotect(2), EACCES: who may only read cannot make an attachment writable, whoever it is.
#[test]
fn reader_cannot_become_a_writer() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o644);
    let writable = libc::PROT_READ | libc::PROT_WRITE;
    in_child_as(STRANGER, || {
        let reader = segment.attach_readonly();
        assert_eq!(protect(reader.base(), page(), writable), Err(Errno::EACCES));
        assert!(faults(|| poke(reader.base(), 1)));
        assert_eq!(peek(reader.base()), 0);
    });
    // The owner, who may write, asked for a read-only attachment: it stays one.
    in_child_as(OWNER, || {
        let reader = segment.attach_readonly();
        assert_eq!(protect(reader.base(), page(), writable), Err(Errno::EACCES));
    });
}

/// shmctl(2), SHM_LOCK: the bit is the segment's: one identity locks, another unlocks.
#[test]
fn creator_unlocks_what_the_owner_locked() {
    turn!();
    needs_root!();
    let (segment, _) = given_away(0o600);
    assert_eq!(in_child_as(OWNER, || client::lock(segment.id())), Ok(()));
    assert_eq!(segment.stat().shm_perm.mode, 0o600 | SHM_LOCKED);
    assert_eq!(
        in_child_as(STRANGER, || client::unlock(segment.id())),
        Err(Errno::EPERM)
    );
    assert_eq!(
        in_child_as(CREATOR, || client::unlock(segment.id())),
        Ok(())
    );
    assert_eq!(segment.stat().shm_perm.mode, 0o600);
}

/// geteuid(2) and getegid(2): a child that did not change is who its parent is.
#[test]
fn a_child_is_judged_like_its_parent() {
    turn!();
    let segment = Segment::with_mode(1, 0o600);
    let perm = in_child(|| client::stat(segment.id()).map(|record| record.shm_perm));
    let perm = perm.expect("IPC_STAT in a child");
    assert_eq!((perm.uid, perm.gid), (effective_uid(), effective_gid()));
    assert!(in_child(|| attach(segment.id(), ptr::null(), 0).is_ok()));
    assert_eq!(in_child(|| client::remove(segment.id())), Ok(()));
}
