// SPDX-License-Identifier: GPL-2.0-or-later
//! The directories, while segments come and go.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::os::unix::fs::MetadataExt;

use super::client::CREATE;
use super::ground::{Ground, errno};
use super::node::run;
use super::process::{Pipe, fork};

#[test]
fn names_are_ids_and_keys_in_one_spelling() {
    let ground = Ground::new();
    let private = ground.segment(1);
    let keyed = ground.client.get(0x5348_4d21, 1, CREATE | 0o600).unwrap();
    let negative = ground.client.get(-1, 1, CREATE | 0o600).unwrap();
    let all: BTreeSet<_> = ground.files.names("").into_iter().collect();
    let ids = [private, keyed, negative].map(|id| id.to_string());
    let expected: BTreeSet<_> = ids.into_iter().chain(["by-key".to_owned()]).collect();
    assert_eq!(all, expected);
    let mut keys = ground.files.names("by-key");
    keys.sort();
    assert_eq!(keys, ["0x53484d21", "0xffffffff"]);
    for name in [
        &format!("0{keyed}"),
        &format!("+{keyed}"),
        "0",
        "99999",
        "-1",
        "0x53484d21",
        "by-key/0x53484D21",
        "by-key/0x053484d21",
        "by-key/1397247265",
        &format!("by-key/{keyed}"),
        "by-key/0x00000000",
    ] {
        let path = ground.files.path().join(name);
        assert_eq!(errno(fs::symlink_metadata(path)), libc::ENOENT, "{name}");
    }
    let up = fs::metadata(ground.files.path().join("by-key/..")).unwrap();
    assert_eq!(up.ino(), fs::metadata(ground.files.path()).unwrap().ino());
    assert_eq!(errno(fs::read_dir(ground.files.id(keyed))), libc::ENOTDIR);
    let below = ground.files.id(keyed).join("x");
    assert_eq!(errno(fs::metadata(below)), libc::ENOTDIR);
    assert_eq!(errno(fs::read(ground.files.path())), libc::EISDIR);
}

/// Those that are there all the time are seen once in each walk, the others at most once.
#[test]
fn a_walk_is_right_while_segments_come_and_go() {
    let ground = Ground::new();
    let lasting: BTreeSet<String> = (0..300)
        .map(|n| {
            let id = ground.client.get(1000 + n, 1, CREATE | 0o600).unwrap();
            if n % 2 == 0 {
                return id.to_string();
            }
            ground.client.remove(id).unwrap();
            String::new()
        })
        .filter(|name| !name.is_empty())
        .collect();
    let stop = Pipe::new();
    let churn = fork(|| {
        let client = ground.server.open();
        stop.close_writer();
        let mut some: Vec<i32> = Vec::new();
        for round in 0.. {
            some.push(client.get(0, 1, CREATE | 0o600).unwrap());
            if some.len() > 60 {
                client.remove(some.swap_remove(round * 7 % 60)).unwrap();
            }
            // SAFETY: our parent, or 1 if it is gone.
            if unsafe { libc::getppid() } == 1 {
                break;
            }
        }
    });
    for _ in 0..60 {
        let mut seen: HashMap<String, u32> = HashMap::new();
        for name in ground.files.names("") {
            *seen.entry(name).or_default() += 1;
        }
        assert!(seen.values().all(|times| *times == 1), "{seen:?}");
        for name in &lasting {
            assert!(seen.contains_key(name), "{name}");
        }
        let keys = ground.files.names("by-key");
        assert_eq!(keys.len(), lasting.len());
    }
    churn.kill();
}

#[test]
fn a_listing_of_ten_thousand_is_complete() {
    let server = super::node::Node::active(&["--shmmni=10100"]);
    let files = super::ground::Files::of(&server);
    let client = server.open();
    let ids: Vec<i32> = (0..10_000)
        .map(|n| client.get(n + 1, 4096, CREATE | 0o640).unwrap())
        .collect();
    let listed = run("ls", &["-l", files.text()]);
    assert_eq!(listed.status, 0);
    let names: BTreeSet<&str> = listed
        .text
        .lines()
        .filter(|line| line.starts_with("-rw-r-----"))
        .filter_map(|line| line.rsplit(' ').next())
        .collect();
    assert_eq!(names.len(), ids.len());
    assert!(ids.iter().all(|id| names.contains(&*id.to_string())));
    for id in &ids {
        client.remove(*id).unwrap();
    }
    assert_eq!(files.names(""), ["by-key"]);
}
