/* The rules of stylesheets: stylelint's standard rules, the project's naming, and colours by
   name alone. `deno fmt` sees to their form. */

import recommended from "stylelint-config-recommended";
import standard from "stylelint-config-standard";

// Four sizes, of which the second and the fourth differ: left and right are not alike.
const SIDES =
  /^(?:(?:var\([^)]*\)|\S+) ){1}(var\([^)]*\)|\S+) (?:var\([^)]*\)|\S+) (?!\1$)(?:var\([^)]*\)|\S+)$/;
const PHYSICAL =
  /^(?:margin-|padding-|border-|scroll-padding-|scroll-margin-)?(?:left|right)(?:-|$)|^border-(?:top|bottom)-(?:left|right)-radius$/;

const COLOUR_FUNCTIONS = /^(rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?$/;

/** @type {import("stylelint").Config} */
export default {
  reportDescriptionlessDisables: true,
  reportNeedlessDisables: true,
  referenceFiles: ["{queue_service,dashboards}/**/*.css"],
  rules: {
    ...recommended.rules,
    ...standard.rules,
    "color-hex-length": "long",
    "color-named": "never",
    "color-no-hex": true,
    "custom-property-empty-line-before": null,
    "declaration-block-no-redundant-longhand-properties": [
      true,
      { ignoreShorthands: ["grid-template"] }, // areas next to rows and columns are easier to read separately
    ],
    "declaration-empty-line-before": null,
    "function-disallowed-list": COLOUR_FUNCTIONS,
    "no-descending-specificity": null, // it compares selectors that never meet in an element
    "no-unknown-custom-properties": true,
    "property-no-vendor-prefix": [
      true,
      { ignoreProperties: ["-webkit-text-size-adjust", "-webkit-user-select"] }, // Safari knows no others
    ],
    "selector-class-pattern": "^[a-z0-9]+(-[a-z0-9]+)*(__[a-z0-9-]+)?(--[a-z0-9_-]+)?$",
  },
  overrides: [
    {
      // Citizens also read from right to left: start and end instead of left and right.
      files: [
        "{queue_service/web,queue_service/paper,queue_service/pages/{display,feedback,kiosk,public,ticket}}/**/*.css",
      ],
      rules: {
        "property-disallowed-list": PHYSICAL,
        "declaration-property-value-disallowed-list": {
          "/^(margin|padding|inset)$/": SIDES,
          "/^(text-align|float|clear)$/": ["left", "right"],
        },
      },
    },
    {
      files: ["**/css/tokens.css", "**/runbook/runbook.css"],
      rules: { "color-no-hex": null, "function-disallowed-list": null },
    },
  ],
};
