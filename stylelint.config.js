/* The rules of stylesheets: stylelint's standard rules, the project's naming, and colours by
   name alone. `deno fmt` sees to their form. */

import recommended from "stylelint-config-recommended";
import standard from "stylelint-config-standard";

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
      files: ["**/css/tokens.css", "**/runbook/runbook.css"],
      rules: { "color-no-hex": null, "function-disallowed-list": null },
    },
  ],
};
