// SPDX-License-Identifier: GPL-2.0-or-later
//! settrans(1), fsysopts(1), stat(1): how the translator is set and looked at.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};

use super::client::{CREATE, EINVAL, ENOSPC, EROFS, VERSION};
use super::node::{Node, program, run};

#[test]
fn active_translator_serves_at_once() {
    let node = Node::active(&[]);
    let client = node.open();
    assert_eq!(client.version(), Ok(VERSION));
    let id = client.get(0, 4096, CREATE | 0o600).unwrap();
    assert_eq!(client.stat(id).unwrap().segsz, 4096);
    assert_eq!(client.remove(id), Ok(()));
}

#[test]
fn passive_translator_starts_when_the_node_is_opened() {
    let node = Node::passive(&["--shmmni=7"]);
    let shown = run("showtrans", &[node.path()]);
    assert_eq!(shown.text.trim(), format!("{} --shmmni=7", program()));
    let client = node.open();
    assert_eq!(client.version(), Ok(VERSION));
    assert_eq!(client.info().unwrap().shmmni, 7);
}

#[test]
fn options_set_limits_at_start() {
    let node = Node::active(&["--shmmax=64K", "--shmall=0x20", "--shmmni=2"]);
    let info = node.open().info().unwrap();
    assert_eq!((info.shmmax, info.shmall, info.shmmni), (65536, 32, 2));
    let client = node.open();
    assert_eq!(client.get(0, 65537, CREATE), Err(EINVAL));
    let first = client.get(0, 1, CREATE).unwrap();
    let second = client.get(0, 1, CREATE).unwrap();
    assert_eq!(client.get(0, 1, CREATE), Err(ENOSPC));
    client.remove(first).unwrap();
    client.remove(second).unwrap();
}

#[test]
fn fsysopts_shows_and_changes_options() {
    let node = Node::active(&["--shmmax=1M", "--shmall=100"]);
    let shown = || run("fsysopts", &[node.path()]).text.trim().to_owned();
    let command = program();
    assert!(
        shown().starts_with(&format!(
            "{command} --shmmax=1048576 --shmall=100 --shmmni=4096 --user-segments=half "
        )),
        "{}",
        shown()
    );
    let options = ["--shmmni=10", "--shmmax=2M", "--user-opens=7"];
    let mut arguments = vec![node.path()];
    arguments.extend(options);
    let changed = run("fsysopts", &arguments);
    assert_eq!(changed.status, 0, "{changed:?}");
    let now = shown();
    assert!(
        now.starts_with(&format!(
            "{command} --shmmax=2097152 --shmall=100 --shmmni=10 "
        )),
        "{now}"
    );
    assert!(now.contains(" --user-opens=7 "), "{now}");
}

#[test]
fn a_wrong_option_changes_nothing() {
    let node = Node::active(&[]);
    let before = run("fsysopts", &[node.path()]).text;
    for options in [
        &["--shmmax=1M", "--bogus"][..],
        &["--shmmax=1M", "--shmmni=32769"],
        &["--shmmax=1M", "--shmall=many"],
        &["--shmmax=1M", "word"],
        &["--shmmax=1M", "--help"],
    ] {
        let mut arguments = vec![node.path()];
        arguments.extend(options);
        let output = run("fsysopts", &arguments);
        assert_ne!(output.status, 0, "{output:?}");
        assert_eq!(run("fsysopts", &[node.path()]).text, before);
    }
}

#[test]
fn help_version_and_wrong_starts_are_told_in_gnu_style() {
    let command = program();
    let help = run(&command, &["--help"]);
    assert_eq!(help.status, 0);
    for word in [
        "Usage: shm [OPTION...]",
        "--shmmax=N",
        "--shmall=N",
        "--shmmni=N",
        "--version",
    ] {
        assert!(help.text.contains(word), "{}", help.text);
    }
    let version = run(&command, &["--version"]);
    assert_eq!(version.status, 0);
    assert!(version.text.starts_with("shm (GNU Hurd) "));
    let usage = run(&command, &["--usage"]);
    assert!(usage.text.contains("[--shmmax=N]"), "{usage:?}");
    let bare = run(&command, &[]);
    assert_eq!(bare.status, 1);
    assert!(bare.errors.contains("must be started as a translator"));
    assert_eq!(bare.errors.lines().count(), 1);
    let wrong = run(&command, &["--shmmni=40000"]);
    assert_ne!(wrong.status, 0);
    let told = "--shmmni: '40000' is not a number of segments between 0 and 32768";
    assert!(wrong.errors.contains(told), "{wrong:?}");
    // settrans says that its translator died.
    let refused = run(
        "settrans",
        &["-ca", "/tmp/shm-refused", &command, "--bogus"],
    );
    assert_ne!(refused.status, 0);
    assert!(refused.errors.contains("--bogus"), "{refused:?}");
    let _ = fs::remove_file("/tmp/shm-refused");
}

#[test]
fn stat_shows_a_device_that_everybody_may_read() {
    let node = Node::active(&[]);
    let stat = fs::metadata(node.as_path()).unwrap();
    assert!(stat.file_type().is_char_device());
    assert_eq!(stat.mode() & 0o7777, 0o444);
    assert_eq!((stat.size(), stat.blocks(), stat.nlink()), (0, 0, 1));
    assert_eq!((stat.uid(), stat.gid()), (0, 0));
}

#[test]
fn mode_and_owner_are_those_of_the_node_below() {
    let node = Node::active(&[]);
    fs::set_permissions(node.as_path(), fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::chown(node.as_path(), Some(1000), Some(100)).unwrap();
    let stat = fs::metadata(node.as_path()).unwrap();
    assert_eq!((stat.uid(), stat.gid()), (1000, 100));
    assert_eq!(stat.mode() & 0o7777, 0o440);
}

#[test]
fn nobody_opens_the_node_for_writing() {
    let node = Node::active(&[]);
    assert_eq!(node.open_with(libc::O_WRONLY).err(), Some(EROFS));
    assert_eq!(node.open_with(libc::O_RDWR).err(), Some(EROFS));
    assert!(fs::write(node.as_path(), "x").is_err());
}

#[test]
fn syncing_is_harmless() {
    let node = Node::active(&[]);
    let id = node.open().get(0, 4096, CREATE).unwrap();
    let output = run("syncfs", &[node.path()]);
    assert_eq!(output.status, 0, "{output:?}");
    assert!(node.open().stat(id).is_ok());
}
