//! The picture of a seal and a signature drawn by hand, above the decision in a cell of a form.

use std::fmt::Write as _;

use super::blocks::Body;
use super::run::styled;
use crate::paper::{DRAWN, Decision, SealPicture};
use crate::xml::escape;

/// Word's unit of length in drawings, to a millimetre.
const EMU: f64 = 36_000.0;

/// A line as high as what stands in it: the lines of the style have a fixed height, which would cut a picture off.
const AS_HIGH: &str = "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>";

/// The relation by which the text names the picture at a place.
pub(super) fn relation(at: usize) -> String {
    format!("rPicture{}", at + 1)
}

impl Body {
    /// What stands above a decision, each in a paragraph of its own.
    pub(super) fn pictured(&mut self, made: &Decision) {
        if made.drawn.is_some() {
            let drawn = self.ink(made);
            self.paragraph("Seal", AS_HIGH, &drawn);
        }
        if let Some(picture) = &made.picture {
            let shown = self.picture(picture);
            self.paragraph("Seal", AS_HIGH, &shown);
            // What it is and what counts instead, small as under the picture on paper.
            let label = styled(&picture.label, "<w:sz w:val=\"12\"/><w:szCs w:val=\"12\"/>");
            self.paragraph("Seal", AS_HIGH, &label);
        }
    }

    /// A run with a drawing of so many millimetres in the line; `alt` is read out in its place.
    fn inline(&mut self, alt: &str, (wide, high): (f64, f64), content: &str) -> String {
        self.drawn += 1;
        let (id, alt) = (self.drawn, escape(alt));
        let (cx, cy) = (wide * EMU, high * EMU);
        format!(
            "<w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{cx:.0}\" cy=\"{cy:.0}\"/><wp:docPr id=\"{id}\" name=\"{alt}\" descr=\"{alt}\"/><wp:cNvGraphicFramePr/><a:graphic>{content}</a:graphic></wp:inline></w:drawing>"
        )
    }

    fn picture(&mut self, picture: &SealPicture) -> String {
        let at = self.pictures.iter().position(|known| known.path == picture.path);
        let relation = relation(at.unwrap_or(0));
        let size = picture.size();
        let (cx, cy) = (size.0 * EMU, size.1 * EMU);
        let content = format!(
            "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"0\" name=\"{}\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"{relation}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{cx:.0}\" cy=\"{cy:.0}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>",
            escape(&picture.alt)
        );
        format!("<w:r>{}</w:r>", self.inline(&picture.alt, size, &content))
    }

    /// The strokes as one shape of lines. A program older than these shapes shows the typed name alone.
    fn ink(&mut self, made: &Decision) -> String {
        let (wide, high, line) = DRAWN;
        let mut path = String::new();
        for stroke in made.drawn.iter().flat_map(|ink| ink.strokes()) {
            let Some([x, y]) = stroke.first() else { continue };
            let _ = write!(path, "<a:moveTo><a:pt x=\"{x}\" y=\"{y}\"/></a:moveTo>");
            // A line of no length is not drawn: a dot is a short one.
            let dot = [[x + 1, *y]];
            let rest = stroke.get(1..).filter(|rest| !rest.is_empty()).unwrap_or(&dot);
            for [x, y] in rest {
                let _ = write!(path, "<a:lnTo><a:pt x=\"{x}\" y=\"{y}\"/></a:lnTo>");
            }
        }
        let content = format!(
            "<a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{:.0}\" cy=\"{:.0}\"/></a:xfrm><a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l=\"0\" t=\"0\" r=\"r\" b=\"b\"/><a:pathLst><a:path w=\"{}\" h=\"{}\" fill=\"none\">{path}</a:path></a:pathLst></a:custGeom><a:noFill/><a:ln w=\"{:.0}\" cap=\"rnd\"><a:solidFill><a:srgbClr val=\"000000\"/></a:solidFill><a:round/></a:ln></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData>",
            wide * EMU,
            high * EMU,
            domain::pledge::PAD_WIDE,
            domain::pledge::PAD_HIGH,
            line * EMU
        );
        let drawing = self.inline(&made.name, (wide, high), &content);
        format!(
            "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\">{drawing}</mc:Choice></mc:AlternateContent></w:r>"
        )
    }
}
