/**
 * A phrase book of the requests it knows, so that they can also be made in German, French and Spanish. It is no
 * translator: words it does not know stay as they are, and a text without a verb of these languages is left alone.
 */
interface Language {
  /** Verbs that an English request does not contain. */
  readonly verbs: string;
  readonly phrases: readonly (readonly [string, string])[];
}

const languages: readonly Language[] = [
  {
    verbs: 'erstelle?|erzeuge?|schreibe?|zeige?|mache?|füge?|baue?|lies|lese|suche?|finde',
    phrases: [
      ['(?:erstelle?|erzeuge?|schreibe?)(?: mir)?', 'create'],
      ['(?:spieler-?steuerung|spieler-?controller|spielersteuerungsskript)', 'player controller'],
      ['gegner|feind', 'enemy'],
      ['kamera(?:-?verfolgung)?', 'camera follow'],
      ['gesundheit|lebenspunkte', 'health'],
      ['zeige?(?: mir)?(?: bitte)?', 'show me'],
      ['vorschau', 'preview'],
      ['konsole', 'console'],
      ['skripte?', 'script'],
      ['(?:suche?|finde)(?: nach)?(?: alle[nr]?)?', 'find all'],
      ['mache? (?:es|ihn|sie) schneller', 'make it faster'],
      ['mache? (?:es|ihn|sie) langsamer', 'make it slower'],
      ['füge? (?:einen )?doppelsprung hinzu', 'add double jump'],
      ['baue? (?:es |das spiel )?für', 'build for'],
      ['namens|genannt', 'called'],
      ['und', 'and'],
      ['eine[nmrs]?|ein', 'a'],
    ],
  },
  {
    verbs: 'crée|créer|écris|montre|montre-moi|affiche|ajoute|compile|rends-le|cherche|trouve',
    phrases: [
      ['(?:crée|créer|écris)(?:-moi)?', 'create'],
      ['(?:contrôleur|contrôle) (?:de|du) (?:joueur|personnage)', 'player controller'],
      ['ennemi', 'enemy'],
      ['caméra', 'camera follow'],
      ['santé', 'health'],
      ['(?:montre|affiche)(?:-moi)?', 'show me'],
      ['aperçu', 'preview'],
      ['la console', 'the console'],
      ['(?:cherche|trouve)(?: tous les)?', 'find all'],
      ['rends-le plus rapide', 'make it faster'],
      ['rends-le plus lent', 'make it slower'],
      ['ajoute (?:un )?double saut', 'add double jump'],
      ['compile(?: le jeu)? pour', 'build for'],
      ['appelée?|nommée?', 'called'],
      ['et', 'and'],
      ['une?', 'a'],
    ],
  },
  {
    verbs: 'crea|crear|escribe|muestra|muéstrame|hazlo|añade|agrega|compila|busca|encuentra',
    phrases: [
      ['(?:crea|crear|escribe)', 'create'],
      ['(?:controlador|control) (?:de|del|de la) (?:jugador|jugadora|personaje)', 'player controller'],
      ['enemigo', 'enemy'],
      ['cámara', 'camera follow'],
      ['salud', 'health'],
      ['muéstrame|muestra', 'show me'],
      ['vista previa', 'preview'],
      ['la consola', 'the console'],
      ['(?:busca|encuentra)(?: todos los)?', 'find all'],
      ['hazlo más rápido', 'make it faster'],
      ['hazlo más lento', 'make it slower'],
      ['(?:añade|agrega) (?:un )?doble salto', 'add double jump'],
      ['compila(?: el juego)? para', 'build for'],
      ['llamad[oa]', 'called'],
      ['y', 'and'],
      ['una?', 'a'],
    ],
  },
];

/** The request in the words that the planner understands. */
export function inEnglish(request: string): string {
  const language = languages.find(({ verbs }) => wholeWords(verbs).test(request));
  if (language === undefined) return request;
  return language.phrases
    .toSorted(([a], [b]) => b.length - a.length)
    .reduce((text, [phrase, english]) => text.replaceAll(wholeWords(phrase), english), request);
}

/** `\b` knows no letters beyond ASCII. */
const wholeWords = (pattern: string): RegExp => new RegExp(`(?<![\\p{L}\\d])(?:${pattern})(?![\\p{L}\\d])`, 'giu');
