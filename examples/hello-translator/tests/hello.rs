// SPDX-License-Identifier: GPL-2.0-or-later
//! The example inside the Hurd: `qemu/test example`. The programs are in /bin there.

#[cfg(not(target_os = "hurd"))]
#[test]
fn the_example_runs_on_the_hurd() {
    println!("skipped: no Hurd; qemu/test example");
}

#[cfg(target_os = "hurd")]
mod hurd {
    use std::fs::{self, File};
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};
    use std::sync::Mutex;

    /// What a command printed, and whether it succeeded.
    #[derive(Debug)]
    struct Output {
        success: bool,
        text: String,
        errors: String,
    }

    /// Runs a command as `user`. Its output goes to files: a translator that settrans starts
    /// would hold a pipe open.
    fn run_as(user: u32, words: &[&str]) -> Output {
        static FILES: Mutex<()> = Mutex::new(());
        let _files = FILES.lock();
        let names = ["/tmp/hello-out", "/tmp/hello-errors"];
        let [out, errors] = names.map(|name| File::create(name).unwrap());
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).stdin(Stdio::null());
        if user != 0 {
            command.uid(user).gid(user);
        }
        let status = command.stdout(out).stderr(errors).status().unwrap();
        let [text, errors] = names.map(|name| fs::read_to_string(name).unwrap());
        Output {
            success: status.success(),
            text,
            errors,
        }
    }

    fn run(words: &[&str]) -> Output {
        run_as(0, words)
    }

    /// A node with the example on it, taken down when dropped.
    struct Node(String);

    impl Node {
        fn new(name: &str) -> Self {
            let path = format!("/tmp/{name}");
            let set = run(&[
                "settrans",
                "-ca",
                &path,
                "/bin/hello-translator",
                "--greeting=hi",
            ]);
            assert!(set.success, "{set:?}");
            Self(path)
        }

        fn client(&self, words: &[&str]) -> Output {
            let mut command = vec!["/bin/hello-client", &self.0];
            command.extend(words);
            run(&command)
        }
    }

    impl Drop for Node {
        fn drop(&mut self) {
            run(&["settrans", "-pfga", &self.0]);
        }
    }

    #[test]
    fn the_node_shows_the_greeting() {
        let node = Node::new("hello-shows");
        assert_eq!(run(&["cat", &node.0]).text, "hi");
        assert!(fs::write(&node.0, "x").is_err());
    }

    #[test]
    fn its_own_routines_get_and_set_and_count() {
        let node = Node::new("hello-routines");
        assert_eq!(node.client(&[]).text, "hi (0 opens)\n");
        assert_eq!(node.client(&["Good day"]).text, "Good day (0 opens)\n");
        assert_eq!(fs::read_to_string(&node.0).unwrap(), "Good day");
        // Opened, and not for reading.
        assert!(run(&["stat", &node.0]).success);
        assert_eq!(node.client(&[]).text, "Good day (1 opens)\n");
        for (length, why) in [(81, "Invalid argument"), (1024, "up to 1023 bytes")] {
            let refused = node.client(&[&"x".repeat(length)]);
            assert!(refused.errors.contains(why), "{refused:?}");
        }
        let refused = run_as(1000, &["/bin/hello-client", &node.0, "mine"]);
        assert!(refused.errors.contains("not permitted"), "{refused:?}");
        assert_eq!(node.client(&[]).text, "Good day (1 opens)\n");
    }

    #[test]
    fn a_user_sets_his_own_node_and_nobody_elses() {
        let path = "/tmp/hello-own";
        let set = run_as(1000, &["settrans", "-ca", path, "/bin/hello-translator"]);
        assert!(set.success, "{set:?}");
        let node = Node(path.into());
        let client = |user| run_as(user, &["/bin/hello-client", path, "mine"]);
        assert!(client(1001).errors.contains("not permitted"));
        assert_eq!(client(1000).text, "mine (0 opens)\n");
        assert_eq!(node.client(&["root's"]).text, "root's (0 opens)\n");
    }

    #[test]
    fn a_node_without_the_routines_says_so() {
        let other = run(&["/bin/hello-client", "/dev/null"]);
        let told = "hello-client: /dev/null: the node does not know this routine (MIG_BAD_ID)\n";
        assert_eq!(other.errors, told);
        let none = run(&["/bin/hello-client", "/tmp/none"]);
        assert!(none.errors.contains("No such file"), "{none:?}");
    }

    #[test]
    fn fsysopts_shows_and_changes_it() {
        let node = Node::new("hello-options");
        let shown = || run(&["fsysopts", &node.0]).text;
        assert_eq!(shown(), "/bin/hello-translator --greeting=hi\n");
        assert!(run(&["fsysopts", &node.0, "--greeting=again"]).success);
        let long = format!("--greeting={}", "x".repeat(81));
        assert!(!run(&["fsysopts", &node.0, &long]).success);
        assert!(!run(&["fsysopts", &node.0, "--greeting=no", "--other"]).success);
        assert_eq!(shown(), "/bin/hello-translator --greeting=again\n");
        let wrong = run(&["/bin/hello-translator", &long]);
        let told = "--greeting: the text is longer than 80 bytes";
        assert!(wrong.errors.contains(told), "{wrong:?}");
    }

    #[test]
    fn it_goes_away_when_nobody_has_it_open() {
        let node = Node::new("hello-goes");
        let open = File::open(&node.0).unwrap();
        let busy = run(&["settrans", "-g", &node.0]);
        assert!(busy.errors.contains("busy"), "{busy:?}");
        assert_eq!(node.client(&[]).text, "hi (1 opens)\n");
        drop(open);
        let gone = run(&["settrans", "-g", &node.0]);
        assert!(gone.success, "{gone:?}");
        assert_eq!(fs::read_to_string(&node.0).unwrap(), "");
    }

    #[test]
    fn forty_starts_all_serve_at_once() {
        for n in 0..40 {
            let node = Node::new(&format!("hello-start-{n}"));
            assert_eq!(node.client(&[]).text, "hi (0 opens)\n", "start {n}");
        }
    }
}
