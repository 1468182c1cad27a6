//! A browser without a screen: keeps its session, sends its form token, follows nothing by itself.

use app::account::SignedIn;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// Somebody who asks.
#[derive(Clone)]
pub struct Client {
    router: Router,
    session: Option<(String, SignedIn)>,
    lang: &'static str,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Where a redirect leads.
    pub location: String,
    /// The body as text; bytes that are none become replacement characters.
    pub text: String,
    /// The body.
    pub bytes: Vec<u8>,
    /// Every header.
    pub headers: axum::http::HeaderMap,
}

impl Reply {
    /// The text between the tags, for looking for words.
    pub fn words(&self) -> String {
        let mut out = String::new();
        let mut inside = false;
        for c in self.text.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                _ if !inside => out.push(c),
                _ => {}
            }
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Fails the test unless the status is this.
    #[track_caller]
    pub fn expect(self, status: u16) -> Reply {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.location, self.words());
        self
    }
}

impl Client {
    pub(crate) fn new(router: Router, session: Option<(String, SignedIn)>) -> Client {
        Client {
            router,
            session,
            lang: "zh-CN",
        }
    }

    /// Somebody without an account, before any product.
    pub fn stranger(app: &app::App) -> Client {
        Client::new(web::router(app.clone()), None)
    }

    /// The same reader in English.
    #[must_use]
    pub fn in_english(mut self) -> Client {
        self.lang = "en";
        self
    }

    /// Who it is.
    pub fn actor(&self) -> &domain::access::Actor {
        &self.session.as_ref().expect("signed in").1.actor
    }

    /// Reads a page.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request("GET", path).body(Body::empty()).expect("a request"))
            .await
    }

    /// Sends a form, with the session's token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.form(path, fields, "text/html").await
    }

    /// Sends a form as the script of a page does by itself: the answer is JSON.
    pub async fn quietly(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.form(path, fields, "application/json").await
    }

    async fn form(&self, path: &str, fields: &[(&str, &str)], accept: &str) -> Reply {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        if let Some((_, session)) = &self.session {
            form.append_pair("csrf", &session.csrf);
        }
        let request = self
            .request("POST", path)
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.finish())).expect("a request"))
            .await
    }

    /// Sends an empty form as another site would: with the cookie, without the token.
    pub async fn post_without_token(&self, path: &str) -> Reply {
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Sends a form with a file.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        field: &str,
        name: &str,
        bytes: &[u8],
    ) -> Reply {
        const EDGE: &str = "----jiannuo-test-edge";
        let mut body = Vec::new();
        let csrf = self.session.as_ref().map(|(_, s)| ("csrf", s.csrf.as_str()));
        for (n, v) in fields.iter().copied().chain(csrf) {
            body.extend(
                format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{n}\"\r\n\r\n{v}\r\n").bytes(),
            );
        }
        let head =
            format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n");
        body.extend(head.bytes());
        body.extend(b"Content-Type: application/octet-stream\r\n\r\n");
        body.extend(bytes);
        body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let request = self.request("POST", path).header(header::CONTENT_TYPE, kind);
        self.send(request.body(Body::from(body)).expect("a request"))
            .await
    }

    /// Calls the JSON API with the session as a token.
    pub async fn json(&self, method: &str, path: &str, body: &serde_json::Value) -> Reply {
        self.json_text(method, path, &body.to_string()).await
    }

    /// The same with a text that may be no JSON at all.
    pub async fn json_text(&self, method: &str, path: &str, body: &str) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT_LANGUAGE, self.lang);
        if let Some((token, _)) = &self.session {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).expect("a request"))
            .await
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT_LANGUAGE, self.lang);
        if let Some((token, _)) = &self.session {
            request = request.header(header::COOKIE, format!("jiannuo={token}"));
        }
        request
    }

    async fn send(&self, request: Request<Body>) -> Reply {
        let answer: Response<Body> = self.router.clone().oneshot(request).await.expect("never fails");
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes().to_vec();
        let place = parts
            .headers
            .get(header::LOCATION)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        Reply {
            status: parts.status,
            location: place.to_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
            headers: parts.headers,
        }
    }
}
