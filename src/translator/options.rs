// SPDX-License-Identifier: GPL-2.0-or-later
//! The options: limits of shmget(2), and the bounds of a single user.
#![forbid(unsafe_code)]

use std::ffi::CStr;

use shm::Limits;
use shm::registry::limits::SEGMENTS_MAX;
use trivfs::{Opt, Settings};

use super::quantity;

/// The words around the options in `--help`.
#[cfg_attr(
    not(target_os = "hurd"),
    allow(dead_code, reason = "the translator needs it")
)]
pub const ABOUT: &CStr = c"Serve System V shared memory: shmget, shmat, shmdt and shmctl.\x0bN may end in K, M, G or T, which stand for 1024 to the power of 1 to 4. Limits hold for what is created afterwards. The bounds of a user hold for each user but root. Normally set on /servers/ipc/shm; reading that node shows the segments.";

/// The word for half of what there is.
const HALF: &str = "half";

/// The limits that the options say.
#[derive(Clone, Debug, Default)]
pub struct Options(Limits);

impl Options {
    /// The limits, which are within bounds.
    pub const fn limits(&self) -> Limits {
        self.0
    }
}

impl From<Limits> for Options {
    fn from(limits: Limits) -> Self {
        Self(limits)
    }
}

const fn number(name: &'static CStr, about: &'static CStr) -> Opt {
    Opt {
        name,
        value: Some(c"N"),
        about,
    }
}

impl Settings for Options {
    const OPTIONS: &'static [Opt] = &[
        number(c"shmmax", c"Largest segment, in bytes"),
        number(c"shmall", c"All segments together, in pages of 4096 bytes"),
        number(
            c"shmmni",
            c"Number of segments; at most 32768, and 4096 unless given",
        ),
        number(
            c"user-segments",
            c"Segments of a user; `half' of shmmni unless given",
        ),
        number(
            c"user-pages",
            c"Pages in the segments of a user; `half' of all unless given",
        ),
        number(c"user-attachments", c"Attachments of a user"),
        number(c"user-tickets", c"Forks under way of a user"),
        number(c"user-opens", c"Opens of the node by a user"),
        number(
            c"user-stuck",
            c"Threads that wait for tasks of a user that do not answer",
        ),
        number(c"user-locked", c"Bytes that a user locks by SHM_LOCK"),
    ];

    fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), String> {
        let value = value.unwrap_or_default();
        let within = |unit: &str, most: u64| {
            quantity::parse(value)
                .filter(|number| *number <= most)
                .ok_or_else(|| format!("'{value}' is not a number of {unit} between 0 and {most}"))
        };
        let most = u64::MAX;
        let half = |unit: &str| match value {
            HALF => Ok(None),
            _ => within(unit, most).map(Some),
        };
        let limits = &mut self.0;
        match name {
            "shmmax" => limits.shmmax = within("bytes", most)?,
            "shmall" => limits.shmall = within("pages", most)?,
            "shmmni" => {
                let number = within("segments", SEGMENTS_MAX.into())?;
                limits.shmmni = u32::try_from(number).unwrap_or(SEGMENTS_MAX);
            }
            "user-segments" => limits.user.segments = half("segments")?,
            "user-pages" => limits.user.pages = half("pages")?,
            "user-attachments" => limits.user.attachments = within("attachments", most)?,
            "user-tickets" => limits.user.tickets = within("forks", most)?,
            "user-opens" => limits.user.opens = within("opens", most)?,
            "user-stuck" => limits.user.stuck = within("threads", most)?,
            "user-locked" => limits.user.locked = within("bytes", most)?,
            _ => return Err("there is no such option".into()),
        }
        Ok(())
    }

    fn show(&self) -> Vec<String> {
        let Limits {
            shmmax,
            shmall,
            shmmni,
            user,
        } = self.0;
        let half = |value: Option<u64>| value.map_or(HALF.into(), |number| number.to_string());
        vec![
            format!("--shmmax={shmmax}"),
            format!("--shmall={shmall}"),
            format!("--shmmni={shmmni}"),
            format!("--user-segments={}", half(user.segments)),
            format!("--user-pages={}", half(user.pages)),
            format!("--user-attachments={}", user.attachments),
            format!("--user-tickets={}", user.tickets),
            format!("--user-opens={}", user.opens),
            format!("--user-stuck={}", user.stuck),
            format!("--user-locked={}", user.locked),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::Options;
    use shm::Limits;
    use trivfs::Settings;

    fn error(name: &str, value: &str) -> String {
        Options::default().set(name, Some(value)).unwrap_err()
    }

    #[test]
    fn what_is_shown_sets_the_same() {
        let mut limits = Limits {
            shmmax: 1 << 30,
            ..Limits::default()
        };
        limits.user.pages = Some(77);
        limits.user.opens = 5;
        let shown = Options::from(limits).show();
        assert_eq!(shown.len(), Options::OPTIONS.len());
        let mut read = Options::default();
        for (option, known) in shown.iter().zip(Options::OPTIONS) {
            let (name, value) = option[2..].split_once('=').unwrap();
            assert_eq!(name, known.name.to_str().unwrap());
            read.set(name, Some(value)).unwrap();
        }
        assert_eq!(read.limits(), limits);
    }

    #[test]
    fn the_manual_page_has_every_option() {
        let page = include_str!("../../doc/shm.8");
        let documented: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix(".It Fl Fl ")?.split(' ').next())
            .collect();
        let known: Vec<&str> = Options::OPTIONS
            .iter()
            .map(|option| option.name.to_str().unwrap())
            .collect();
        assert_eq!(documented, known);
    }

    #[test]
    fn errors_say_what_is_expected() {
        assert_eq!(
            error("shmmax", "x"),
            "'x' is not a number of bytes between 0 and 18446744073709551615"
        );
        assert_eq!(
            error("shmmni", "32769"),
            "'32769' is not a number of segments between 0 and 32768"
        );
        assert!(error("user-attachments", "half").contains("attachments"));
    }
}
