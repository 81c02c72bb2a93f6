// SPDX-License-Identifier: GPL-2.0-or-later
//! settrans(1), fsysopts(1), and what the program says.

use std::fs::{self, File};

use super::ground::{Files, Ground, PROGRAM, read_write};
use super::node::{Node, run, wait_until};

#[test]
fn it_says_what_it_is() {
    let help = run(PROGRAM, &["--help"]);
    assert_eq!(help.status, 0);
    for word in ["Usage: shmfs [OPTION...]", "--server=NODE", "--version"] {
        assert!(help.text.contains(word), "{}", help.text);
    }
    let version = run(PROGRAM, &["--version"]);
    assert!(version.text.starts_with("shmfs (GNU Hurd) "), "{version:?}");
    let bare = run(PROGRAM, &[]);
    assert_eq!(bare.status, 1);
    assert!(bare.errors.contains("must be started as a translator"));
    assert_eq!(bare.errors.lines().count(), 1);
}

/// Whoever sets it is told why it cannot be.
#[test]
fn it_does_not_start_without_a_server_that_serves_files() {
    let path = "/tmp/shmfs-refused";
    fs::write("/tmp/shmfs-plain", "").unwrap();
    for (server, why) in [
        ("/nonexistent", "/nonexistent: ENOENT"),
        ("/tmp/shmfs-plain", "no System V shared memory server"),
        ("/dev/null", "no System V shared memory server"),
        ("", "--server"),
    ] {
        let option = format!("--server={server}");
        let refused = run("settrans", &["-ca", path, PROGRAM, &option]);
        assert_ne!(refused.status, 0, "{server}");
        assert!(refused.errors.contains(why), "{refused:?}");
    }
    let _ = fs::remove_file(path);
    fs::remove_file("/tmp/shmfs-plain").unwrap();
}

#[test]
fn fsysopts_shows_and_changes_the_server() {
    let (one, other) = (Node::active(&[]), Node::active(&[]));
    let files = Files::of(&one);
    let shown = || run("fsysopts", &[files.text()]).text.trim().to_owned();
    assert_eq!(shown(), format!("{PROGRAM} --server={}", one.path()));
    let id = other.open().get(0, 10, 0o600).unwrap();
    assert!(!files.id(id).exists());
    let change = |node: &str| run("fsysopts", &[files.text(), &format!("--server={node}")]).status;
    assert_ne!(change("/dev/null"), 0);
    assert_ne!(change("/nonexistent"), 0);
    assert_eq!(shown(), format!("{PROGRAM} --server={}", one.path()));
    assert_eq!(change(other.path()), 0);
    assert_eq!(shown(), format!("{PROGRAM} --server={}", other.path()));
    assert!(files.id(id).exists());
}

#[test]
fn it_goes_when_nothing_is_open() {
    let ground = Ground::new();
    let id = ground.segment(10);
    let file = read_write(&ground.files.id(id)).unwrap();
    let goaway = || run("settrans", &["-ga", ground.files.text()]).status == 0;
    assert!(!goaway(), "a file is open");
    assert!(file.metadata().is_ok(), "requests go on after the refusal");
    assert!(File::open(ground.files.id(id)).is_ok());
    drop(file);
    wait_until("it goes", goaway);
    assert!(!ground.files.id(id).exists());
    assert!(ground.client.stat(id).is_ok(), "it holds no segment");
}
