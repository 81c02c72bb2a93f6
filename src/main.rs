// SPDX-License-Identifier: GPL-2.0-or-later
//! `/hurd/shm`: the translator on `/servers/ipc/shm`.
//!
//! `settrans -c /servers/ipc/shm /hurd/shm [--shmmax=N] [--shmall=N] [--shmmni=N] [--user-...=N]`
#![cfg_attr(all(target_os = "hurd", not(test)), no_main)]

#[cfg(target_os = "hurd")]
#[cfg_attr(
    test,
    allow(dead_code, reason = "the program uses it, which tests are not")
)]
mod translator;

#[cfg(all(target_os = "hurd", not(test)))]
trivfs::translator!(translator::Shm);

// No file system to serve elsewhere, but these depend on nothing of the Hurd's.
#[cfg(all(test, not(target_os = "hurd")))]
#[path = "translator/options.rs"]
mod options;
#[cfg(all(test, not(target_os = "hurd")))]
#[path = "translator/quantity.rs"]
mod quantity;
#[cfg(all(test, not(target_os = "hurd")))]
#[path = "translator/table.rs"]
mod table;

#[cfg(not(target_os = "hurd"))]
fn main() -> std::process::ExitCode {
    eprintln!("shm: this is a translator of GNU/Hurd: it runs nowhere else");
    std::process::ExitCode::FAILURE
}

#[cfg(all(target_os = "hurd", test))]
fn main() {}
