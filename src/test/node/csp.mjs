// What Google's CSP evaluator has against each of the policies, but for what it only mentions.
import evaluator from 'csp_evaluator/dist/evaluator.js';
import findings from 'csp_evaluator/dist/finding.js';
import parser from 'csp_evaluator/dist/parser.js';

const { Severity } = findings;
const found = JSON.parse(process.env.POLICIES).map((policy) =>
  new evaluator.CspEvaluator(new parser.CspParser(policy).csp)
    .evaluate()
    .filter(({ severity }) => severity < Severity.INFO)
    .map(({ severity, directive, value, description }) => [Severity[severity], directive, value, description].join(' ')),
);
console.log(JSON.stringify(found));
