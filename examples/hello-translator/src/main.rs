// SPDX-License-Identifier: GPL-2.0-or-later
//! A translator that greets: `settrans -ca /tmp/hello hello-translator --greeting=hi`.
//! `cat /tmp/hello` shows the greeting, `hello-client /tmp/hello` calls the routines of hello.defs.
#![cfg_attr(target_os = "hurd", no_main)]
#![deny(unsafe_code)]

use std::ffi::CStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use trivfs::{
    Access, Call, Error, Interface, Opt, Result, Settings, Snapshot, Text, Translator, User,
};

/// The options: one, which `fsysopts /tmp/hello --greeting=...` changes while it runs.
#[derive(Clone, Default)]
struct Greeting(String);

impl Settings for Greeting {
    const OPTIONS: &'static [Opt] = &[Opt {
        name: c"greeting",
        value: Some(c"TEXT"),
        about: c"What to say, in up to 80 bytes",
    }];

    fn set(&mut self, _: &str, value: Option<&str>) -> Result<(), String> {
        let text = value.filter(|text| text.len() <= 80);
        self.0 = text.ok_or("the text is longer than 80 bytes")?.into();
        Ok(())
    }

    fn show(&self) -> Vec<String> {
        vec![format!("--greeting={}", self.0)]
    }
}

struct Hello {
    greeting: Mutex<Greeting>,
    opens: AtomicU32,
}

impl Translator for Hello {
    type Settings = Greeting;
    type Open = Snapshot; // each open reads on in the text that it began with
    const NAME: &'static CStr = c"hello-translator";
    const VERSION: &'static CStr = c"0.1.0";
    const ABOUT: &'static CStr = c"Greet whoever reads the node.";
    const INTERFACES: &'static [Interface] = &[HELLO];

    fn start(greeting: Greeting) -> Result<Self, String> {
        Ok(Self {
            greeting: greeting.into(),
            opens: 0.into(),
        })
    }

    fn open(&self, user: User<'_>, access: Access) -> Result<Snapshot> {
        if access.read {
            self.opens.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Snapshot::of(user))
    }

    fn read(&self, open: &Snapshot, offset: u64, amount: usize) -> Result<Vec<u8>> {
        Ok(open.read(offset, amount, || self.settings().0.into_bytes()))
    }

    fn settings(&self) -> Greeting {
        self.greeting.lock().unwrap().clone()
    }

    fn change(&self, greeting: Greeting) -> Result<()> {
        *self.greeting.lock().unwrap() = greeting;
        Ok(())
    }
}

fn get(call: Call<'_, Hello>, greeting: &mut Text<'_>) -> Result<()> {
    greeting.set(&call.translator.settings().0)
}

fn set(call: Call<'_, Hello>, text: &str) -> Result<()> {
    if !call.is_owner {
        return Err(Error::EPERM);
    }
    let mut greeting = call.translator.greeting.lock().unwrap();
    greeting.set("", Some(text)).map_err(|_| Error::EINVAL)
}

fn opens(call: Call<'_, Hello>, opens: &mut u32) -> Result<()> {
    *opens = call.translator.opens.load(Ordering::Relaxed);
    Ok(())
}

trivfs::routines! {
    mod wire = "hello";
    const HELLO: Hello = wire::hello_server_lookup;
    wire::S_hello_get_fn = S_hello_get(greeting: out text) => get;
    wire::S_hello_set_fn = S_hello_set(greeting: in text) => set;
    wire::S_hello_opens_fn = S_hello_opens(count: out u32) => opens;
}

trivfs::translator!(Hello);
