//! The bare bed's suite: the server on the real kernel, from tasks with identities of their own.

#![no_std]
#![no_main]

extern crate alloc;

use bare::client::Control;
use bare_rt::suite::{Outcome, Suite};
use bare_rt::{check, check_eq};

bare_rt::entry!(main);

fn main() {
    let mut suite = Suite::new();
    let Some(port) = bare_rt::bootstrap() else {
        return;
    };
    let control = Control::new(port);
    suite.test("a segment holds what was written to it", || smoke(&control));
    suite.finish();
}

fn text(error: mig::error::Kern) -> alloc::string::String {
    alloc::format!("{error}")
}

fn smoke(control: &Control) -> Outcome {
    let session = control.session(&[0], &[0]).map_err(text)?;
    check_eq!(session.version().map_err(text)?, 1);
    let id = session.get(0, 8192, 0o600).map_err(text)?;
    check!(id > 0);
    let one = session.attach(id, 0, 0).map_err(text)?;
    let two = session.attach(id, 0, 0).map_err(text)?;
    check_eq!(one.size, 8192);
    check!(one.address != two.address);
    // SAFETY: both attachments are mapped read-write, and this thread is alone with them.
    unsafe {
        *(one.address as *mut u64) = 42;
        check_eq!(*(two.address as *const u64), 42);
    }
    check_eq!(session.stat(id).map_err(text)?.nattch, 2);
    session.detach(one.address).map_err(text)?;
    session.detach(two.address).map_err(text)?;
    check_eq!(session.stat(id).map_err(text)?.nattch, 0);
    session.remove(id).map_err(text)?;
    check!(session.stat(id).is_err());
    Ok(())
}
