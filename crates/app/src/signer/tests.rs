//! Both signers against themselves and against OpenSSL 3.

use super::*;
use std::process::Command;

fn fixed(algorithm: Algorithm, n: u8) -> Box<dyn Signer> {
    signer(algorithm, &[n; 32]).expect("a key")
}

#[test]
fn another_text_key_or_signature_is_refused() {
    for algorithm in Algorithm::ALL {
        for n in 1..=3 {
            let one = fixed(algorithm, n);
            let made = one.sign("备10套待产包".as_bytes()).expect("signed");
            let check = |pem: &str, text: &str, made: &[u8]| verify(algorithm, pem, text.as_bytes(), made);
            assert!(
                check(&one.public_pem(), "备10套待产包", &made),
                "{algorithm:?} {n}"
            );
            assert!(!check(&one.public_pem(), "备11套待产包", &made));
            assert!(!check(
                &fixed(algorithm, n + 1).public_pem(),
                "备10套待产包",
                &made
            ));
            for at in 0..made.len() {
                let mut bad = made.clone();
                bad[at] ^= 1;
                assert!(!check(&one.public_pem(), "备10套待产包", &bad), "byte {at}");
                assert!(!check(&one.public_pem(), "备10套待产包", &made[..at]));
            }
            assert!(!check("", "备10套待产包", &made) && !check(&one.public_pem(), "", &[]));
        }
    }
}

#[test]
fn openssl_accepts_what_is_signed_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    for algorithm in Algorithm::ALL {
        // Several keys and texts: numbers with leading zeros and high bits come among them.
        for n in 1..=8 {
            let one = fixed(algorithm, n * 7);
            let text = format!("{{\"format\":\"jiannuo-seal-1\",\"decided_by\":\"马㛃雅 𰻞 {n}\"}}");
            std::fs::write(at("text"), &text).expect("written");
            std::fs::write(at("other"), text.replace('1', "2")).expect("written");
            std::fs::write(at("key.pem"), one.public_pem()).expect("written");
            std::fs::write(at("sig"), one.sign(text.as_bytes()).expect("signed")).expect("written");
            let accepts = |text: &str| {
                let mut openssl = Command::new("openssl");
                openssl.current_dir(folder.path());
                match algorithm {
                    Algorithm::Sm2 => openssl
                        .args(["dgst", "-sm3", "-verify", "key.pem", "-sigopt"])
                        .arg(format!("distid:{USER_ID}"))
                        .args(["-signature", "sig", text]),
                    Algorithm::Ed25519 => openssl
                        .args(["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"])
                        .args(["-sigfile", "sig", "-in", text]),
                };
                openssl.output().expect("OpenSSL 3 is installed").status.success()
            };
            assert!(accepts("text"), "{algorithm:?} {n}");
            assert!(!accepts("other"), "{algorithm:?} {n}");
        }
    }
}

#[test]
fn openssl_reads_the_private_keys_and_signs_what_we_accept() {
    let folder = tempfile::tempdir().expect("a folder");
    let signers = Signers::new(folder.path().join("keys"));
    std::fs::write(folder.path().join("text"), "诺必践，践必果").expect("written");
    for one in signers.all().expect("made") {
        let key = format!("keys/{}.pem", one.algorithm().name());
        let mut openssl = Command::new("openssl");
        openssl.current_dir(folder.path());
        match one.algorithm() {
            Algorithm::Sm2 => openssl
                .args(["dgst", "-sm3", "-sign", &key, "-sigopt"])
                .arg(format!("distid:{USER_ID}"))
                .args(["-out", "sig", "text"]),
            Algorithm::Ed25519 => openssl.args([
                "pkeyutl", "-sign", "-rawin", "-inkey", &key, "-in", "text", "-out", "sig",
            ]),
        };
        let said = openssl.output().expect("OpenSSL 3 is installed");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let made = std::fs::read(folder.path().join("sig")).expect("signed");
        assert!(verify(
            one.algorithm(),
            &one.public_pem(),
            "诺必践，践必果".as_bytes(),
            &made
        ));
    }
}

#[test]
fn keys_are_made_once_for_the_owner_alone_and_found_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = folder.path().join("keys");
    let ids = |signers: &Signers| signers.all().expect("opened").each_ref().map(|s| s.id());
    let first = ids(&Signers::new(keys.clone()));
    assert_eq!(first, ids(&Signers::new(keys.clone())));
    assert!(first.iter().all(|id| id.len() == 16) && first[0] != first[1]);
    #[cfg(unix)]
    for name in ["sm2.pem", "ed25519.pem"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(keys.join(name))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    std::fs::write(keys.join("sm2.pem"), "nonsense").expect("written");
    assert!(
        Signers::new(keys).all().is_err(),
        "a broken key is not replaced behind anybody's back"
    );
}
