// SPDX-License-Identifier: GPL-2.0-or-later
//! One table for files and segments: what shmat and shmctl answer is what the file answers.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::client::{CREATE, Client, EACCES, EPERM, RDONLY};
use super::ground::{Ground, Map, PAGE, errno, read_write};
use super::node::run;
use super::process::{in_child, take_ids};

/// Effective users and groups.
type Who = (&'static str, &'static [u32], &'static [u32]);

/// The segments are user 1000's and group 100's, and were user 2000's and group 200's.
const USERS: [Who; 8] = [
    ("owner", &[1000], &[]),
    ("creator", &[2000], &[5]),
    ("group", &[3000], &[100]),
    ("creator's group", &[3000], &[200]),
    ("supplementary group", &[3000], &[7, 8, 100]),
    ("other", &[3000], &[300]),
    ("nobody", &[], &[]),
    ("root", &[0], &[0]),
];

const MODES: [u32; 9] = [
    0o000, 0o200, 0o400, 0o600, 0o040, 0o060, 0o004, 0o006, 0o077,
];

/// A segment of that creator, owner and mode.
fn segment(ground: &Ground, mode: u32) -> i32 {
    let creator = super::client::restricted(&ground.client, &[2000], &[200]);
    let id = creator.get(0, PAGE as u64, CREATE | 0o600).unwrap();
    creator.set(id, 1000, 100, mode).unwrap();
    id
}

fn attaches(client: &Client, id: i32, flags: u32) -> bool {
    match client.attach(id, flags, 0) {
        Ok(attached) => {
            client.detach(attached.address).unwrap();
            true
        }
        Err(error) => {
            assert_eq!(error, EACCES);
            false
        }
    }
}

fn opens<T>(result: std::io::Result<T>) -> bool {
    match result {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.raw_os_error(), Some(libc::EACCES));
            false
        }
    }
}

/// access(2), by the effective ids.
fn accessible(path: &Path, mode: i32) -> bool {
    let path = std::ffi::CString::new(path.to_str().unwrap()).unwrap();
    // SAFETY: a string.
    unsafe { libc::faccessat(libc::AT_FDCWD, path.as_ptr(), mode, libc::AT_EACCESS) == 0 }
}

#[test]
fn files_open_where_segments_attach() {
    let ground = Ground::new();
    for mode in MODES {
        let id = segment(&ground, mode);
        let path = ground.files.id(id);
        for (who, uids, gids) in USERS {
            in_child(|| {
                take_ids(uids, gids);
                let client = ground.server.open();
                let (read, both) = (attaches(&client, id, RDONLY), attaches(&client, id, 0));
                let case = format!("{who}, mode {mode:03o}");
                assert_eq!(opens(File::open(&path)), read, "{case}: read");
                assert_eq!(opens(read_write(&path)), both, "{case}: both");
                // shmat knows no write-only: it takes both.
                let writer = OpenOptions::new().write(true).open(&path);
                assert_eq!(opens(writer), both, "{case}: write");
                assert_eq!(accessible(&path, libc::R_OK), read, "{case}: R_OK");
                assert_eq!(accessible(&path, libc::W_OK), both, "{case}: W_OK");
                if read {
                    let map = Map::new(&File::open(&path).unwrap(), PAGE, false).unwrap();
                    assert_eq!(map.get(0), 0);
                }
                if both {
                    Map::new(&read_write(&path).unwrap(), PAGE, true).unwrap();
                }
                assert!(fs::metadata(&path).is_ok(), "{case}: anybody may look");
            });
        }
        ground.client.remove(id).unwrap();
    }
}

#[test]
fn files_change_and_go_where_segments_do() {
    let ground = Ground::new();
    for mode in [0o000, 0o666] {
        for (who, uids, gids) in USERS {
            // Two that are alike: one for the calls, one for the file.
            let (one, other) = (segment(&ground, mode), segment(&ground, mode));
            in_child(|| {
                take_ids(uids, gids);
                let client = ground.server.open();
                let path = ground.files.id(other);
                let same = |call: Result<(), _>, file: std::io::Result<()>, what: &str| {
                    let case = format!("{who}, mode {mode:03o}: {what}");
                    assert_eq!(call.is_ok(), file.is_ok(), "{case}");
                    if let (Err(call), Err(file)) = (call, file) {
                        assert_eq!(call, EPERM, "{case}");
                        assert_eq!(file.raw_os_error(), Some(libc::EPERM), "{case}");
                    }
                };
                let chmod = fs::set_permissions(&path, fs::Permissions::from_mode(0o640));
                same(client.set(one, 1000, 100, 0o640), chmod, "chmod");
                // An owner may give it away, to anybody.
                let chown = std::os::unix::fs::chown(&path, Some(1000), Some(77));
                same(client.set(one, 1000, 77, 0o640), chown, "chown");
                same(client.remove(one), fs::remove_file(&path), "rm");
            });
            let lives = |id| ground.client.remove(id).is_ok();
            assert_eq!(lives(one), lives(other), "{who}");
        }
    }
}

#[test]
fn what_an_open_was_granted_it_keeps() {
    let ground = Ground::new();
    let id = segment(&ground, 0o666);
    let path = ground.files.id(id);
    in_child(|| {
        take_ids(&[3000], &[]);
        let file = read_write(&path).unwrap();
        in_child(|| {
            let own = super::client::restricted(&ground.client, &[1000], &[]);
            own.set(id, 1000, 100, 0o600).unwrap();
        });
        use std::os::unix::fs::FileExt;
        file.write_all_at(b"kept", 0).unwrap();
        Map::new(&file, PAGE, true).unwrap();
        assert!(!opens(File::open(&path)), "a new open is asked anew");
    });
    // That others have it open helps nobody.
    let holder = read_write(&path).unwrap();
    in_child(|| {
        take_ids(&[3000], &[]);
        assert!(!opens(File::open(&path)));
        assert!(!opens(read_write(&path)));
    });
    drop(holder);
}

#[test]
fn a_segment_is_made_by_who_makes_the_file() {
    let ground = Ground::new();
    in_child(|| {
        take_ids(&[3000], &[300]);
        let new = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(ground.files.key(0x33));
        new.unwrap().set_len(5000).unwrap();
    });
    let id = ground.client.get(0x33, 0, 0).unwrap();
    let ds = ground.client.stat(id).unwrap();
    assert_eq!((ds.uid, ds.gid, ds.cuid, ds.cgid), (3000, 300, 3000, 300));
    in_child(|| {
        take_ids(&[], &[]);
        let new = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(ground.files.key(0x34));
        // shmget(2) too: a segment has an owner.
        assert_eq!(errno(new.unwrap().set_len(1)), libc::EACCES);
    });
}

/// A user's own file system acts with that user's ids and no others, whoever opens files of it.
#[test]
fn a_user_sets_it_for_himself() {
    let ground = Ground::new();
    let own = ground.client.get(0, PAGE as u64, CREATE | 0o600).unwrap();
    ground.client.set(own, 1000, 100, 0o600).unwrap();
    let roots = ground.segment(PAGE);
    let path = "/tmp/shmfs-own";
    // Without it libnetfs wants the privileged device port to know the time.
    let _ = run(
        "settrans",
        &["-ca", "/dev/time", "/hurd/storeio", "--no-cache", "time"],
    );
    fs::write(path, "").unwrap();
    std::os::unix::fs::chown(path, Some(1000), Some(100)).unwrap();
    let server = format!("--server={}", ground.server.path());
    in_child(|| {
        take_ids(&[1000], &[100]);
        let set = std::process::Command::new("/bin/settrans")
            .args(["-a", path, "/hurd/shmfs", &server])
            .status();
        assert!(set.unwrap().success());
        assert!(opens(read_write(&Path::new(path).join(own.to_string()))));
        assert!(!opens(File::open(Path::new(path).join(roots.to_string()))));
    });
    // root lends it no power: what both are is nobody.
    assert!(!opens(File::open(Path::new(path).join(roots.to_string()))));
    assert!(!opens(File::open(Path::new(path).join(own.to_string()))));
    // And the user's ids are not lent to others.
    in_child(|| {
        take_ids(&[3000], &[]);
        assert!(!opens(File::open(Path::new(path).join(own.to_string()))));
        assert_eq!(
            errno(fs::remove_file(Path::new(path).join(own.to_string()))),
            libc::EPERM
        );
    });
    run("settrans", &["-fga", path]);
    fs::remove_file(path).unwrap();
}
