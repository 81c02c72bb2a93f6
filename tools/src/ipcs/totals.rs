// SPDX-License-Identifier: GPL-2.0-or-later
//! `-l` and `-u`: the limits, and what is in use.

use sysvshm::client;

use super::{Shown, Units};
use crate::output::Out;
use crate::size;

/// `-l`. On the Hurd a limit is an `int`: 2147483647 means that or more.
pub fn limits(units: Units, out: Out<'_>) -> Shown {
    let limits = match client::ipc_info() {
        Ok((limits, _)) => limits,
        Err(error) => {
            writeln!(out, "unable to fetch shared memory limits")?;
            return Ok(Err(error));
        }
    };
    let page = u64::try_from(client::shmlba()).unwrap_or(u64::MAX);
    let size = |bytes| match units {
        Units::Human => size::human(bytes),
        Units::Default | Units::Bytes => bytes.to_string(),
    };
    let (label, all) = match units {
        Units::Default => (" (kbytes)", saturating_pages(limits.shmall, page / 1024)),
        Units::Bytes => (" (bytes)", saturating_pages(limits.shmall, page)),
        Units::Human => ("", saturating_pages(limits.shmall, page)),
    };
    let most = if units == Units::Default {
        limits.shmmax / 1024
    } else {
        limits.shmmax
    };
    let least = if units == Units::Human {
        ""
    } else {
        " (bytes)"
    };
    writeln!(out, "------ Shared Memory Limits --------")?;
    writeln!(out, "max number of segments = {}", limits.shmmni)?;
    writeln!(out, "max seg size{label} = {}", size(most))?;
    writeln!(out, "max total shared memory{label} = {}", size(all))?;
    writeln!(out, "min seg size{least} = {}", size(limits.shmmin))?;
    Ok(Ok(()))
}

/// `pages` in units of which a page has `unit`; the largest multiple of a page
/// that 64 bits hold where the product is larger.
fn saturating_pages(pages: u64, unit: u64) -> u64 {
    let largest = u64::MAX - u64::MAX.checked_rem(unit).unwrap_or(0);
    pages.checked_mul(unit).unwrap_or(largest)
}

/// `-u`.
pub fn summary(out: Out<'_>) -> Shown {
    let usage = match client::shm_info() {
        Ok((usage, _)) => usage,
        Err(error) => {
            writeln!(out, "kernel not configured for shared memory")?;
            return Ok(Err(error));
        }
    };
    writeln!(out, "------ Shared Memory Status --------")?;
    writeln!(out, "segments allocated {}", usage.used_ids)?;
    writeln!(out, "pages allocated {}", usage.shm_tot)?;
    writeln!(out, "pages resident  {}", usage.shm_rss)?;
    writeln!(out, "pages swapped   {}", usage.shm_swp)?;
    let (attempts, successes) = (usage.swap_attempts, usage.swap_successes);
    writeln!(
        out,
        "Swap performance: {attempts} attempts\t {successes} successes"
    )?;
    Ok(Ok(()))
}
