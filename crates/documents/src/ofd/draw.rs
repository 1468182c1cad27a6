//! Pages as OFD draws them. All lengths in millimetres from the upper left corner.

use std::fmt::Write as _;

use typst::layout::{Abs, Frame, FrameItem, Point, Ratio, Size};
use typst::text::{Glyph, TextItem};
use typst::visualize::{
    CurveItem, ExchangeFormat, FillRule, FixedStroke, Geometry, Image, ImageKind, LineCap, Paint,
    RasterFormat, Shape,
};

use super::SPACE;
use super::font::Fonts;
use crate::DocumentError;
use crate::xml::escape;

/// What is drawn so far: ids count through the whole document.
pub(super) struct Drawing {
    next: usize,
    pub(super) fonts: Fonts,
    pictures: Vec<Picture>,
    out: String,
}

/// A picture the pages show: kept once, however often it is shown.
pub(super) struct Picture {
    id: usize,
    format: &'static str,
    /// Its name in the folder of resources.
    pub(super) file: String,
    pub(super) bytes: Vec<u8>,
}

impl Picture {
    /// Its line in the list of resources.
    pub(super) fn entry(&self) -> String {
        format!(
            "<ofd:MultiMedia ID=\"{}\" Type=\"Image\" Format=\"{}\"><ofd:MediaFile>{}</ofd:MediaFile></ofd:MultiMedia>",
            self.id, self.format, self.file
        )
    }
}

/// A glyph where it stands.
struct Set<'a> {
    text: &'a str,
    glyph: u16,
    x: f64,
    /// Above the line of the text, for marks that are set higher or lower.
    rise: f64,
}

impl Drawing {
    pub(super) fn new() -> Self {
        Self {
            next: 0,
            fonts: Fonts::default(),
            pictures: Vec::new(),
            out: String::new(),
        }
    }

    /// An id that nothing else has.
    pub(super) fn id(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    pub(super) fn last_id(&self) -> usize {
        self.next
    }

    pub(super) fn has_pictures(&self) -> bool {
        !self.pictures.is_empty()
    }

    /// The pictures shown, which are handed over.
    pub(super) fn pictures(&mut self) -> Vec<Picture> {
        std::mem::take(&mut self.pictures)
    }

    /// The content of a page.
    pub(super) fn page(&mut self, frame: &Frame) -> Result<String, DocumentError> {
        let layer = self.id();
        self.out = format!(
            "<ofd:Page {SPACE}><ofd:Area><ofd:PhysicalBox>0 0 {:.3} {:.3}</ofd:PhysicalBox></ofd:Area><ofd:Content><ofd:Layer ID=\"{layer}\" Type=\"Body\">",
            frame.width().to_mm(),
            frame.height().to_mm()
        );
        self.frame(frame, Point::zero())?;
        self.out.push_str("</ofd:Layer></ofd:Content></ofd:Page>");
        Ok(std::mem::take(&mut self.out))
    }

    fn frame(&mut self, frame: &Frame, at: Point) -> Result<(), DocumentError> {
        for (place, item) in frame.items() {
            let at = at + *place;
            match item {
                FrameItem::Group(group) => {
                    let t = group.transform;
                    let straight = t.sx == Ratio::one() && t.sy == Ratio::one();
                    if !straight || !t.kx.is_zero() || !t.ky.is_zero() {
                        return Err(refused("a group that is turned or stretched"));
                    }
                    self.frame(&group.frame, at + Point::new(t.tx, t.ty))?;
                }
                FrameItem::Text(text) => self.text(text, at)?,
                FrameItem::Shape(shape, _) => self.shape(shape, at)?,
                FrameItem::Image(image, size, _) => self.image(image, *size, at)?,
                FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
        Ok(())
    }

    /// A picture as it is, with its transparency: the file of its bytes, scaled to where it stands.
    fn image(&mut self, image: &Image, size: Size, at: Point) -> Result<(), DocumentError> {
        let ImageKind::Raster(raster) = image.kind() else {
            return Err(refused("a picture made of lines"));
        };
        let (format, ending) = match raster.format() {
            RasterFormat::Exchange(ExchangeFormat::Png) => ("PNG", "png"),
            RasterFormat::Exchange(ExchangeFormat::Jpg) => ("JPEG", "jpg"),
            _ => return Err(refused("a picture that is neither PNG nor JPEG")),
        };
        let bytes = raster.data().to_vec();
        let known = self.pictures.iter().find(|p| p.bytes == bytes).map(|p| p.id);
        let resource = known.unwrap_or_else(|| {
            let id = self.id();
            self.pictures.push(Picture {
                id,
                format,
                file: format!("Image_{id}.{ending}"),
                bytes,
            });
            id
        });
        let id = self.id();
        let (wide, high) = (size.x.to_mm(), size.y.to_mm());
        let _ = write!(
            self.out,
            "<ofd:ImageObject ID=\"{id}\" Boundary=\"{:.3} {:.3} {wide:.3} {high:.3}\" CTM=\"{wide:.3} 0 0 {high:.3} 0 0\" ResourceID=\"{resource}\"/>",
            at.x.to_mm(),
            at.y.to_mm()
        );
        Ok(())
    }

    /// A run of text. What the font's table of characters cannot say in one step (a second shape for the same
    /// character, a character outside the first plane) becomes an object of its own.
    fn text(&mut self, item: &TextItem, at: Point) -> Result<(), DocumentError> {
        let font = self.fonts.place(item.font.font(), &mut self.next);
        let mut run: Vec<(Set<'_>, u16)> = Vec::new();
        let mut cursor = at.x;
        for glyph in &item.glyphs {
            let set = placed(item, glyph, cursor);
            cursor += glyph.x_advance.at(item.size);
            let (cut, known) = self.fonts.glyph(font, set.text, set.glyph);
            let flat = run.last().is_none_or(|(last, _)| last.rise == set.rise);
            let plain = known && set.text.chars().all(|c| u32::from(c) < 0x1_0000);
            if plain && flat {
                run.push((set, cut));
                continue;
            }
            self.run(item, font, &run, at.y, None)?;
            run.clear();
            if plain {
                run.push((set, cut));
            } else {
                let transform = (!known).then_some(cut);
                self.run(item, font, &[(set, cut)], at.y, transform)?;
            }
        }
        self.run(item, font, &run, at.y, None)
    }

    fn run(
        &mut self,
        item: &TextItem,
        font: usize,
        run: &[(Set<'_>, u16)],
        line: Abs,
        transform: Option<u16>,
    ) -> Result<(), DocumentError> {
        // Readers drop spaces at the ends of a text; they have nothing to draw.
        let blank = |(set, _): &(Set<'_>, u16)| set.text.bytes().all(|b| b == b' ');
        let from = run.iter().position(|one| !blank(one)).unwrap_or(run.len());
        let to = run
            .iter()
            .rposition(|one| !blank(one))
            .map_or(from, |last| last + 1);
        let Some(run) = run.get(from..to).filter(|run| !run.is_empty()) else {
            return Ok(());
        };
        let (first, last) = match (run.first(), run.last()) {
            (Some((first, _)), Some((last, _))) => (first, last),
            _ => return Ok(()),
        };
        let size = item.size.to_mm();
        let base = line.to_mm() - first.rise;
        let (left, top) = (first.x, base - size);
        let id = self.id();
        let _ = write!(
            self.out,
            "<ofd:TextObject ID=\"{id}\" Boundary=\"{left:.3} {top:.3} {:.3} {:.3}\" Font=\"{}\" Size=\"{size:.3}\"",
            last.x - left + size,
            size * 1.3,
            self.fonts.id(font),
        );
        if let Some(stroke) = &item.stroke {
            let _ = write!(
                self.out,
                " Stroke=\"true\" LineWidth=\"{:.3}\"",
                stroke.thickness.to_mm()
            );
        }
        self.out.push('>');
        self.color("FillColor", &item.fill)?;
        if let Some(stroke) = &item.stroke {
            self.color("StrokeColor", &stroke.paint)?;
        }
        if let Some(glyph) = transform {
            let _ = write!(
                self.out,
                "<ofd:CGTransform CodePosition=\"0\" CodeCount=\"{}\" GlyphCount=\"1\"><ofd:Glyphs>{glyph}</ofd:Glyphs></ofd:CGTransform>",
                first.text.chars().count()
            );
        }
        let _ = write!(self.out, "<ofd:TextCode X=\"0\" Y=\"{size:.3}\"");
        let steps = run.windows(2).filter_map(|two| match two {
            [(a, _), (b, _)] => Some(format!("{:.3}", b.x - a.x)),
            _ => None,
        });
        let steps: Vec<String> = steps.collect();
        if !steps.is_empty() {
            let _ = write!(self.out, " DeltaX=\"{}\"", shortened(&steps));
        }
        self.out.push('>');
        for (set, _) in run {
            self.out.push_str(&escape(set.text));
        }
        self.out.push_str("</ofd:TextCode></ofd:TextObject>");
        Ok(())
    }

    fn color(&mut self, tag: &str, paint: &Paint) -> Result<(), DocumentError> {
        let [r, g, b] = rgb(paint)?;
        let _ = write!(self.out, "<ofd:{tag} Value=\"{r} {g} {b}\"/>");
        Ok(())
    }

    fn shape(&mut self, shape: &Shape, at: Point) -> Result<(), DocumentError> {
        if shape.fill.is_none() && shape.stroke.is_none() {
            return Ok(());
        }
        let around = shape.bbox(true);
        let (min, max) = (around.min + at, around.max + at);
        let id = self.id();
        let _ = write!(
            self.out,
            "<ofd:PathObject ID=\"{id}\" Boundary=\"{:.3} {:.3} {:.3} {:.3}\" Stroke=\"{}\" Fill=\"{}\"",
            min.x.to_mm(),
            min.y.to_mm(),
            (max.x - min.x).to_mm().max(0.001),
            (max.y - min.y).to_mm().max(0.001),
            shape.stroke.is_some(),
            shape.fill.is_some()
        );
        if shape.fill_rule == FillRule::EvenOdd {
            self.out.push_str(" Rule=\"Even-Odd\"");
        }
        if let Some(FixedStroke { thickness, cap, .. }) = &shape.stroke {
            let _ = write!(self.out, " LineWidth=\"{:.3}\"", thickness.to_mm());
            if *cap == LineCap::Round {
                self.out.push_str(" Cap=\"Round\" Join=\"Round\"");
            }
        }
        self.out.push('>');
        if let Some(stroke) = &shape.stroke {
            self.color("StrokeColor", &stroke.paint)?;
        }
        if let Some(fill) = &shape.fill {
            self.color("FillColor", fill)?;
        }
        let _ = write!(
            self.out,
            "<ofd:AbbreviatedData>{}</ofd:AbbreviatedData></ofd:PathObject>",
            path(&shape.geometry, Point::zero() - around.min)
        );
        Ok(())
    }
}

fn placed<'a>(item: &'a TextItem, glyph: &Glyph, cursor: Abs) -> Set<'a> {
    Set {
        text: item.text.get(glyph.range()).unwrap_or_default(),
        glyph: glyph.id,
        x: (cursor + glyph.x_offset.at(item.size)).to_mm(),
        rise: glyph.y_offset.at(item.size).to_mm(),
    }
}

/// Equal steps that follow each other are written once with their number (`g`).
fn shortened(steps: &[String]) -> String {
    let mut out = String::new();
    for same in steps.chunk_by(|a, b| a == b) {
        let Some(step) = same.first() else { continue };
        if !out.is_empty() {
            out.push(' ');
        }
        match same.len() {
            1 => out.push_str(step),
            2 => {
                let _ = write!(out, "{step} {step}");
            }
            many => {
                let _ = write!(out, "g {many} {step}");
            }
        }
    }
    out
}

/// The path of a geometry, moved by `by`.
fn path(geometry: &Geometry, by: Point) -> String {
    let mut out = String::new();
    let mut put = |letter: &str, points: &[Point]| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(letter);
        for point in points {
            let point = *point + by;
            let _ = write!(out, " {:.3} {:.3}", point.x.to_mm(), point.y.to_mm());
        }
    };
    match geometry {
        Geometry::Line(end) => {
            put("M", &[Point::zero()]);
            put("L", &[*end]);
        }
        Geometry::Rect(size) => {
            put("M", &[Point::zero()]);
            put("L", &[Point::with_x(size.x)]);
            put("L", &[size.to_point()]);
            put("L", &[Point::with_y(size.y)]);
            put("C", &[]);
        }
        Geometry::Curve(curve) => {
            for item in &curve.0 {
                match item {
                    CurveItem::Move(to) => put("M", &[*to]),
                    CurveItem::Line(to) => put("L", &[*to]),
                    CurveItem::Cubic(a, b, to) => put("B", &[*a, *b, *to]),
                    CurveItem::Close => put("C", &[]),
                }
            }
        }
    }
    out
}

fn rgb(paint: &Paint) -> Result<[u8; 3], DocumentError> {
    match paint {
        Paint::Solid(color) => {
            let rgb = color.to_rgb();
            Ok([rgb.red, rgb.green, rgb.blue].map(|part: f32| {
                let part = (part.clamp(0.0, 1.0) * 255.0).round();
                // Between 0 and 255 by the line above.
                part as u8
            }))
        }
        _ => Err(refused("a paint that is no single colour")),
    }
}

/// Something the templates do not contain and this writer does not draw: said rather than left out.
pub(super) fn refused(what: &str) -> DocumentError {
    DocumentError::Typeset {
        cause: format!("the OFD writer met {what}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_steps_are_counted() {
        let steps = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(shortened(&steps(&["1", "1", "1", "2", "3", "3"])), "g 3 1 2 3 3");
        assert_eq!(shortened(&[]), "");
    }
}
