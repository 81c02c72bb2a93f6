// SPDX-License-Identifier: GPL-2.0-or-later
//! Lowering the system's limits for the time of a test.

use super::client::Errno;
#[cfg(target_os = "linux")]
use std::fs;
#[cfg(target_os = "hurd")]
use std::process::Command;

/// The limits to change; `None` leaves one alone.
#[derive(Clone, Copy, Default)]
pub struct Limits {
    /// Largest segment, bytes.
    pub shmmax: Option<u64>,
    /// Most pages in all segments.
    pub shmall: Option<u64>,
    /// Most segments.
    pub shmmni: Option<u64>,
}

impl Limits {
    fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
        [
            ("shmmax", self.shmmax),
            ("shmall", self.shmall),
            ("shmmni", self.shmmni),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }
}

/// Puts the old limits back on drop.
struct Restore(#[allow(dead_code)] Saved);

#[cfg(target_os = "linux")]
type Saved = Vec<(&'static str, String)>;
#[cfg(target_os = "hurd")]
type Saved = Vec<String>;

/// Runs `test` under the limits, then puts the old ones back.
///
/// # Errors
/// Why limits cannot be changed here, for the skip line.
pub fn with_limits(limits: Limits, test: impl FnOnce()) -> Result<(), String> {
    if !super::is_alone() {
        return Err("needs root and a table of its own, to lower the limits".into());
    }
    let _restore = change(limits)?;
    test();
    Ok(())
}

/// The namespace's sysctls.
#[cfg(target_os = "linux")]
fn change(limits: Limits) -> Result<Restore, String> {
    let mut restore = Restore(Vec::new());
    for (name, value) in limits.named() {
        let file = format!("/proc/sys/kernel/{name}");
        let explain = |error| format!("{file}: {error}");
        let old = fs::read_to_string(&file).map_err(explain)?;
        fs::write(&file, value.to_string()).map_err(explain)?;
        restore.0.push((name, old.trim().to_owned()));
    }
    Ok(restore)
}

#[cfg(target_os = "linux")]
impl Drop for Restore {
    fn drop(&mut self) {
        for (name, old) in self.0.drain(..) {
            fs::write(format!("/proc/sys/kernel/{name}"), old).expect("restoring a limit");
        }
    }
}

/// The translator's options. The incumbent has no translator, so there it cannot be done.
#[cfg(target_os = "hurd")]
const NODE: &str = "/servers/ipc/shm";

#[cfg(target_os = "hurd")]
fn fsysopts(options: &[String]) -> Result<String, String> {
    let output = Command::new("fsysopts")
        .arg(NODE)
        .args(options)
        .output()
        .map_err(|error| format!("fsysopts: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "fsysopts {NODE}: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    }
}

#[cfg(target_os = "hurd")]
fn change(limits: Limits) -> Result<Restore, String> {
    let ours = |option: &&str| {
        ["--shmmax=", "--shmall=", "--shmmni="]
            .iter()
            .any(|name| option.starts_with(name))
    };
    let before = fsysopts(&[])?;
    let restore = Restore(
        before
            .split_whitespace()
            .filter(ours)
            .map(str::to_owned)
            .collect::<Vec<_>>(),
    );
    let options: Vec<_> = limits
        .named()
        .map(|(name, value)| format!("--{name}={value}"))
        .collect();
    fsysopts(&options)?;
    Ok(restore)
}

#[cfg(target_os = "hurd")]
impl Drop for Restore {
    fn drop(&mut self) {
        fsysopts(&self.0).expect("restoring the limits");
    }
}

/// The result of a call that only a limit can refuse.
pub fn is_refused_for_size(result: Result<i32, Errno>) -> bool {
    matches!(result, Err(Errno::EINVAL | Errno::ENOSPC | Errno::ENOMEM))
}
