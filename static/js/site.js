// Small conveniences over pages that work without them. Hooked on data-* attributes.
import "./draft.js";
import "./embeds.js";
import "./likes.js";
import "./place.js";
import "./proof.js";
import "./reply.js";
import "./share.js";
