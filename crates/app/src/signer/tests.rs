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

/// Runs OpenSSL in a folder and says whether it was content, with what it said.
fn openssl(folder: &std::path::Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new("openssl");
    let ran = command.args(arguments).current_dir(folder).output();
    let ran = ran.expect("OpenSSL 3 is installed");
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Takes the signed part and the signature out of a certificate and has OpenSSL check the one by the other: OpenSSL 3.0
/// forgets the user id of SM2 when it checks a certificate's own signature.
fn holds(folder: &std::path::Path, algorithm: Algorithm) -> bool {
    let id = format!("distid:{USER_ID}");
    let check: Vec<&str> = match algorithm {
        Algorithm::Sm2 => vec![
            "dgst",
            "-sm3",
            "-verify",
            "key.pem",
            "-sigopt",
            &id,
            "-signature",
            "sig",
            "signed",
        ],
        Algorithm::Ed25519 => vec![
            "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-sigfile", "sig", "-in", "signed",
        ],
    };
    openssl(folder, &check).0
}

/// Writes the certificate of a key, its signed part and its signature into a folder.
fn issue(folder: &std::path::Path, one: &dyn Signer, day: jiff::civil::Date) -> String {
    let made = certificate(one, &"某省妇女儿童医院 𰻞".repeat(8), day).expect("made");
    std::fs::write(folder.join("c.pem"), &made).expect("written");
    std::fs::write(folder.join("key.pem"), one.public_pem()).expect("written");
    let parts = openssl(folder, &["asn1parse", "-in", "c.pem"]).1;
    let last = parts.lines().last().and_then(|l| l.trim().split(':').next());
    for (place, file) in [("4", "signed"), (last.expect("a place"), "sig")] {
        let cut = [
            "asn1parse",
            "-in",
            "c.pem",
            "-strparse",
            place,
            "-noout",
            "-out",
            file,
        ];
        let (fine, said) = openssl(folder, &cut);
        assert!(fine, "{said}");
    }
    made
}

#[test]
fn openssl_takes_the_certificates_and_their_signatures() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    for algorithm in Algorithm::ALL {
        for n in 1..=4 {
            let one = fixed(algorithm, n * 11);
            let day = jiff::civil::date(2010 + i16::from(n) * 15, 9, 20);
            let made = issue(at, one.as_ref(), day);
            let told = openssl(
                at,
                &["x509", "-in", "c.pem", "-noout", "-text", "-nameopt", "utf8"],
            )
            .1;
            for wanted in [
                one.id().as_str(),
                "某省妇女儿童医院",
                "9999",
                "CA:FALSE",
                "Digital Signature",
            ] {
                assert!(told.contains(wanted), "{wanted}: {told}");
            }
            let key = openssl(at, &["x509", "-in", "c.pem", "-noout", "-pubkey"]).1;
            assert_eq!(
                der::from_pem(&key),
                der::from_pem(&one.public_pem()),
                "the same key"
            );
            // A certificate of the future is none yet.
            if n == 1 {
                let (fine, said) = openssl(at, &["verify", "-CAfile", "c.pem", "c.pem"]);
                assert!(fine, "{algorithm:?}: {said}");
            }
            assert!(holds(at, algorithm), "{algorithm:?} {n}");
            let mut other = std::fs::read(at.join("signed")).expect("read");
            let whole = der::from_pem(&made).expect("PEM");
            assert!(whole.windows(other.len()).any(|w| w == other.as_slice()));
            let middle = other.len() / 2;
            other[middle] ^= 1;
            std::fs::write(at.join("signed"), other).expect("written");
            assert!(!holds(at, algorithm), "{algorithm:?} {n}: a changed certificate");
        }
    }
}
