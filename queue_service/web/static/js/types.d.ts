// Data that the pages exchange with the server, and with each other. Types alone: nothing loads
// this. tests/web/test_script_types.py compares the members with the contract.

/** A text by language: {"da": "Pas", "en": "Passport"}. */
export type Translations = Record<string, string>;

/** RFC 3339, as the contract tells of instants; pages' own data has milliseconds instead. */
export type Instant = string;

/** The texts of a page, by language and key. */
export type Texts = Record<string, Record<string, string>>;

/** How a language is written, as language/languages.py has it. */
export interface LanguageFacts {
  name: string;
  locale: string;
  clock: string;
  lower_within: boolean;
  staff: boolean;
  direction: "ltr" | "rtl";
  browser_dates: boolean;
  /** The weekdays from Monday on and the months, if browsers do not know them. */
  date_names?: { weekdays: string[]; months: string[] };
  server_voice: string;
}

/** The values filled into a text, by name. */
export type Values = Record<string, string | number | null | undefined>;

// --- The API -------------------------------------------------------------------------------------

export type VisitState =
  | "waiting"
  | "called"
  | "serving"
  | "parked"
  | "completed"
  | "no_show"
  | "abandoned"
  | "incomplete";
export type Channel = "kiosk" | "desk" | "phone";
export type CounterState = "closed" | "free" | "called" | "serving" | "paused";

/** A counter's pause; `since` is null for one that begins once the visit there has left. */
export interface Pause {
  reason: string;
  since: Instant | null;
}

export interface Inquiry {
  service: string;
  outcome: string | null;
  handling_seconds: number | null;
  started_at: Instant | null;
  running_since: Instant | null;
  handled_before_seconds: number;
}

export interface WaitRange {
  low: number;
  high: number;
}

export interface Visit {
  id: string;
  number: string;
  branch: string;
  service: string;
  state: VisitState;
  counter: string | null;
  for_counter: string | null;
  for_team: string | null;
  team: string | null;
  language: string;
  channel: Channel;
  priority: "normal" | "high";
  position: number | null;
  /** How many bookings, whose citizens have not come yet, may be called before it. */
  bookings_ahead: number | null;
  estimated_wait_seconds: WaitRange | null;
  business_date: string;
  issued_at: Instant;
  called_at: Instant | null;
  started_at: Instant | null;
  ended_at: Instant | null;
  held_until: Instant | null;
  /** As of when it is queued, where the citizen asked for a later time. */
  not_before: Instant | null;
  /** The time of the booking that it comes for. */
  booked_for: Instant | null;
  /** Whether it came too late for that, and is queued by the arrival alone. */
  came_late: boolean;
  recalls: number;
  recalled_at: Instant | null;
  waiting_seconds: number;
  source: "paper" | null;
  inquiries: Inquiry[];
  needs: Need[];
  priority_reason: PriorityReason | null;
  /** The errands that are not done yet, that of the inquiry at hand first. */
  wanted: { service: string; people: number }[];
}

/** A visit that an arrival for a booking has issued, now or before. */
export interface ArrivedVisit extends IssuedVisit {
  replayed: boolean;
  booking: Arrival;
}

export interface Arrival {
  code: string;
  starts_at: Instant;
  arrival: "early" | "in_time" | "late";
}

export type Need = "seat" | "accessible_counter" | "interpreter" | "hearing_loop";
export type PriorityReason =
  | "cannot_wait"
  | "small_children"
  | "interpreter_here"
  | "agreed_time"
  | "returning"
  | "our_mistake";

export interface HelpCall {
  id: string;
  place: string;
  language: string;
  state: "open" | "coming" | "helped" | "cancelled" | "unanswered";
  heard: boolean;
  late: boolean;
  called_at: Instant;
  taken_at: Instant | null;
  ended_at: Instant | null;
}

/** A paper ticket as it is sent; an empty field is left out. */
export interface PaperRow {
  number: string;
  service?: string;
  taken?: string;
  called?: string;
  started?: string;
  done?: string;
  ended?: string;
  outcome?: string;
  counter?: string;
  team?: string;
}

export interface PaperTimes {
  taken: string;
  called: string | null;
  started: string | null;
  done: string | null;
}

export interface EnteredRow {
  number: string;
  status: "entered" | "already";
  differs: boolean;
  visit: Visit;
  times: PaperTimes;
}

export interface PaperVisit {
  visit: Visit;
  times: PaperTimes;
  entered_at: Instant;
  removable_until: Instant;
}

export interface Counter {
  id: string;
  name: string;
  state: CounterState;
  open: boolean;
  pause: Pause | null;
  team: string | null;
  services: string[];
  at: Instant;
  current: Visit | null;
  parked: Visit[];
}

export interface Lifeline {
  branch: string;
  branch_name: string;
  id: string;
  name: Translations;
  telephone: string;
  open: boolean;
  rings: boolean;
  opens_at: Instant | null;
  answer_within_seconds: number;
}

export interface LifelineCall {
  id: string;
  state: "ringing" | "taken" | "cancelled" | "missed" | "ended";
  hall: string;
  hall_name: string;
  lifeline: string;
  lifeline_name: Translations;
  telephone: string;
  branch: string;
  branch_name: string;
  counter: string;
  counter_name: string | Translations;
  number: string;
  service: string;
  service_name: Translations;
  place: number | null;
  rang_at: Instant;
  taken_at: Instant | null;
  ended_at: Instant | null;
  missed_at: Instant;
  acknowledged_at: Instant | null;
  answer_within_seconds: number;
}

export interface LifelineDesk {
  at: Instant;
  lifelines: Lifeline[];
  call: LifelineCall | null;
}

export interface QueueState {
  service: string;
  waiting: number;
  /** How many asked for a later time, and do not wait until then. */
  later: number;
  oldest_issued_at: Instant | null;
  longest_wait_seconds: number | null;
  taken: boolean;
}

export interface CounterInState {
  id: string;
  name: string;
  names: Translations;
  state: CounterState;
  number: string | null;
  team: string | null;
  service: string | null;
  since: Instant | null;
  recalls: number | null;
  language: string | null;
  pause: Pause | null;
  silent: boolean | null;
}

export interface RecentCall {
  number: string;
  counter: string;
  called_at: Instant;
  recalls: number;
  language: string;
  state: VisitState | null;
  silent: boolean;
  missed_at: Instant | null;
}

export interface Tally {
  issued: number | null;
  completed: number | null;
  no_show: number | null;
  abandoned: number | null;
  incomplete: number | null;
  paper: number | null;
  contacts: number | null;
  contacts_by_channel: Record<string, number> | null;
}

export interface GoalToday {
  id: string;
  threshold_seconds: number | null;
  target_ratio: number;
  judged: number;
  within: number;
  ratio: number | null;
  budget: number;
  overdue: number;
}

/** A service for which kiosks give no numbers now. */
export interface ClosedService {
  service: string;
  opens_at: Instant | null;
}

/** A branch now. */
export interface BranchState {
  branch: string;
  at: Instant;
  event_id: string;
  business_date: string;
  open: boolean;
  quiet: boolean;
  private_waiting: number;
  queues: QueueState[];
  counters: CounterInState[];
  calls: RecentCall[];
  missed: RecentCall[];
  today: Tally;
  goals: GoalToday[];
  interventions: Intervention[];
  closed_services: ClosedService[];
}

export interface Intervention {
  id: string;
  kind:
    | "lend_counter"
    | "open_counter"
    | "pause_service"
    | "cap_service"
    | "carry_over"
    | "announcement"
    | "not_today";
  begins_at: Instant;
  ends_at: Instant;
  until: "time" | "closing" | "day" | "opening";
  asked_by: "supervisor" | "admin";
  counter: string | null;
  team: string | null;
  services: string[];
  limit: number | null;
  texts: Translations;
  screens: ("kiosk" | "display")[];
  /** For each service the first number that is not reached today. */
  numbers: Record<string, string>;
  issued: number | null;
  full: boolean;
}

export interface Service {
  id: string;
  name: Translations;
  prefix: string;
  active: boolean;
  kle: string | null;
  kind: "information" | "transaction" | null;
  /** Talked about behind a closed door: no screen or slip names it. */
  private?: boolean;
  /** Its drawing, of branches/rules/pictograms.py. */
  pictogram?: string | null;
  /** Whether the kiosk asks how many people it is for. */
  asks_people?: boolean;
  /** Whether citizens collect something that is ready: goals for all services leave it out. */
  collects?: boolean;
  /** When kiosks give numbers for it, by weekday; without any, whenever the branch is open. */
  hours?: Record<string, [string, string][]>;
  description?: Translations;
}

export interface CounterConfig {
  id: string;
  name: string | Translations;
  services: string[];
  video: { telephone: string | null } | null;
  accessible: boolean | null;
  /** A room has a door; without it, a desk. */
  kind?: "desk" | "room";
  entrance?: "knock" | "door" | "fetched" | null;
}

export interface Team {
  id: string;
  name: Translations;
  services: string[];
}

export interface Goal {
  id: string;
  indicator: string;
  threshold_seconds: number | null;
  target_ratio: number;
  services: string[];
}

/** The part of a branch's configuration that the counter's page uses. */
export interface BranchConfig {
  name: string;
  timezone: string;
  languages: string[];
  services: Service[];
  counters: CounterConfig[];
  teams: Team[];
  goals: Goal[];
  no_show_after_seconds: number;
  return_window_seconds: number;
  priority_head_start_seconds: number;
  /** Absent where no times can be booked. */
  bookings?: { head_start_seconds: number };
}

/** A problem document (RFC 9457). */
export interface Problem {
  errors?: { field: string; reason: string }[];
  code?: string;
  detail?: string;
  /** The state of the visit, if a command does not fit it. */
  state?: VisitState | "cancelled" | "missed";
  /** When an arrival for a booking is not too early, the booked time, and the branch it is at. */
  come_back_at?: Instant;
  starts_at?: Instant;
  name?: string;
  street_address?: string | null;
  /** The login that the page has by now. */
  login?: string;
  /** How many PINs may still be wrong. */
  left?: number;
}

// --- The event stream ----------------------------------------------------------------------------

/** One frame of text/event-stream. */
export interface Frame {
  id: string;
  name: string;
  data: string;
}

/** The reason of the call. */
export interface CallReason {
  chosen: boolean;
  queue: string;
  head_start_seconds: number;
  /** The head start for a booking; absent of a visit without one. */
  booked_head_start_seconds?: number;
}

/**
 * The data of a visit's event. A screen receives neither `id` nor `why`, and of a call that is over
 * the number, `state` ("over" unless it waits again or was missed) and `at` alone.
 */
export interface VisitEvent {
  id: string;
  number: string;
  service: string;
  state: VisitState;
  counter: string | null;
  language: string;
  recalls: number;
  /** Of a call: it is only shown. */
  silent?: boolean;
  at: Instant;
  why?: CallReason;
}

/** An event of the branch's log. Events that are not about a visit lack most of its members. */
export interface LogEvent {
  id: string;
  name: string;
  data: VisitEvent;
}

/** From when on what a page shows is old (ms; null: it never was fresh), and why. */
export interface Staleness {
  since: number | null;
  reason: StaleReason;
}
export type StaleReason = "connection" | "store" | "refused" | "removed";

// --- Further data of pages ---------------------------------------------------------------------

/** A day's opening hours as instants (ms), and the note of an exception. */
export interface OpeningDay {
  date: string;
  spans: [number, number][];
  note: Translations | null;
}

/** When a branch is open. */
export interface Hours {
  timezone: string;
  days: OpeningDay[];
  next_opening: number | null;
}

/** A stop of a mobile branch, from and until (ms). */
export interface StopTime {
  name: Translations;
  since: number;
  until: number;
}

/** The kiosk's data of its branch. */
/** The hours of the services that have some of their own, over the coming days (ms). */
export type ServiceHours = Record<string, [number, number][]>;

export interface KioskSetup extends Hours {
  at: number;
  stops: StopTime[];
  name: string;
  languages: { code: string; name: string }[];
  unsure: string | null;
  return_window_seconds: number;
  paper_numbers: boolean;
  counters: { services: string[]; video: boolean }[];
  /** How one comes into a room, by counter; left out where there is none. */
  rooms?: Record<string, string>;
  help: boolean;
  /** Services that neither a slip nor a ticket on the screen names. */
  private?: string[];
  /** Services of which the kiosk asks how many people come. */
  people?: string[];
  /** Whether times can be booked here; left out where none can. */
  bookings?: true;
  /** The drawings of services that have one. */
  pictograms?: Record<string, string>;
  /** This kiosk's own printer, and how long an exchange with it takes at most; left out if it has none. */
  printer?: { paper: string; seconds: number };
  /** Left out where no service has hours of its own. */
  service_hours?: ServiceHours;
  services: { id: string; name: Translations; about?: Translations }[];
  names: Record<string, Translations>;
  playbook: Record<string, PublicEntry>;
}

export type PrinterState =
  | "ok"
  | "paper_low"
  | "paper_out"
  | "cover_open"
  | "error"
  | "silent"
  | "unreachable"
  | "denied";

/** The state of a kiosk's printer; `printed`: it confirms the slip that was sent. */
export interface PrinterAnswer {
  printed: boolean;
  state: PrinterState;
}

/** The public text of the playbook for a service, and whether the kiosk asks first. */
export interface PublicEntry {
  ask: boolean;
  texts: Record<string, PublicText>;
}

export interface PublicText {
  bring: string[];
  own: { text: string; address: string } | null;
}

/** A service's entry in the playbook; `html` is rendered and cleaned by the server. */
export interface PlaybookEntry {
  service: string;
  name: string;
  summary: string;
  words: string;
  html: string;
  bring: Record<string, string[]>;
}

/** The playbook's entries for a branch's services, as they were at a time (ms). */
export interface Playbook {
  at: number;
  entries: PlaybookEntry[];
}

/** A visit, as it is after it was issued: null if phones have no address to reach the service at. */
export interface IssuedVisit extends Visit {
  follow?: FollowCode | null;
}

/** The code with which a citizen follows a number, and the outline of its dark squares. */
export interface FollowCode {
  code: string;
  address: string;
  qr: QrCode;
}

/** A QR code: how many squares wide it is, with its margin, and the path of the dark ones. */
export interface QrCode {
  size: number;
  path: string;
}

/** The display's data of its branch. */
export interface DisplaySetup extends Hours {
  at: number;
  /** The digest of the pages that the server has now. */
  release: string;
  stops: StopTime[];
  name: string;
  languages: string[];
  services: Record<string, Translations>;
  pictograms: Record<string, string>;
  counters: Record<string, string>;
  counter_names: Record<string, Translations>;
  taken_over: boolean;
  /** Rooms among the counters: what the citizen does at the door. */
  rooms: Record<string, "knock" | "door" | "fetched">;
  /** Whether these are quiet hours. */
  quiet: boolean;
  paper_numbers: boolean;
  /** How long a missed number keeps its place. */
  return_window_seconds: number;
  /** Whether a PIN opens the settings of the screen. */
  pin: boolean;
}

/** The data of the counter's page. */
export interface CounterData {
  branch: BranchConfig;
  next_opening: number | null;
  /** How an inquiry can end, in the order of their keys; none on a page that serves no visits. */
  outcomes?: string[];
  undo_within_ms: number;
  undo_start_within_ms: number;
  pause_reasons: { id: string; name: Translations }[];
  taken_over: boolean;
  /** How often a contact without a ticket was about a service lately. */
  contacts: Record<string, number>;
  /** When the login ends (ms), however much it is used; null for a token. */
  login_ends_at?: number | null;
}

/** A share of what was judged. */
export interface BoardQueue {
  service: string;
  waiting: number;
  /** How many asked for a later time, and do not wait until then. */
  later: number;
  since: Instant | null;
  /** When the branch opens again for who is carried over: until then their wait stands still. */
  carried_to: Instant | null;
  taken: boolean;
  limit_seconds: number;
}

/** A goal, worded by the server; a cell is a figure and what stands under it. */
export interface BoardGoal {
  id: string;
  indicator: string;
  threshold_seconds: number | null;
  limit: string;
  services: string[] | null;
  name: string;
  only: string | null;
  counted: string;
  today: {
    judged: number;
    within: number;
    ratio: number | null;
    low: number | null;
    high: number | null;
    verdict: string;
  };
  budget: number;
  figure: string;
  part: string | null;
  asked: string;
  target: number;
  gauge: { ratio: number | null; low: number | null; high: number | null; says: string };
  standing: string;
  stands: string;
  left: string | null;
  /** Its value in the last hour, in words. */
  hour: string | null;
  notice: [string, string];
}

export interface Spread {
  n: number;
  p50: number | null;
  p90: number | null;
}

/** Today's appointments: how many, their state, and the next times; the last two may be empty. */
export interface TodayLine {
  booked: string;
  so_far: string;
  next: string;
}

export interface BoardFigures {
  issued: number;
  /** How many of them on paper. */
  paper: number;
  called: number;
  completed: number;
  waiting_seconds: Spread;
}

export interface Notice {
  kind: string;
  level: string;
  service: string | null;
  /** All services that it is about, if one remedy helps several. */
  services: string[];
  /** The same of counters that stand free. */
  counters: string[];
  /** How long a new ticket waits, in words. */
  expected: string | null;
  counter: string | null;
  number: string | null;
  goal: string | null;
  count: number;
  since: Instant | null;
  limit: string | null;
  team: string | null;
  lend: boolean;
  screen: string | null;
  languages: string[];
  reason: string | null;
  /** Of the likely end of a goal, in words, and until when one counter more would help. */
  pace: { headline: string; hint: string; until: string; act: string } | null;
}

/** An intervention in force: `short` in its row, with its `title` if it has no row. */
export interface BoardIntervention extends Intervention {
  short: string;
  title: string;
  icon: string;
}

/** An open alert, worded by the server. */
export interface BoardAlert {
  id: string;
  state: "new" | "seen";
  headline: string;
  facts: string;
  raised: string;
}

/** The content of the board. */
export interface Board {
  branch: string;
  name: string;
  timezone: string;
  at: Instant;
  event_id: string;
  business_date: string;
  open: boolean;
  closes_at: Instant | null;
  opens_at: Instant | null;
  queues: BoardQueue[];
  counters: CounterInState[];
  goals: BoardGoal[];
  hour: BoardFigures;
  day: BoardFigures & {
    rates: Record<"issued" | "called" | "completed", string | null>;
    /** Contacts without a ticket; `channels` in words. */
    contacts: { n: number; channels: string[] };
  };
  /** How many numbers had an estimated wait today, and how often it came true, in words. */
  estimates: string[];
  mobile: {
    run_by: string;
    heard_at: Instant | null;
    complete_until: Instant | null;
    silent: boolean;
    heard: string;
    place: string;
    /** While its line is out: until when the figures are whole, and that newer ones come. */
    headline: [string, string] | null;
    /** Clocks that differ, and visits that home and the bus both changed. */
    warnings: string[];
  } | null;
  /** No notice, and a number taken now reaches the goal; alerts aside. */
  well: boolean;
  /** The longest wait of whoever takes a number now, in words. */
  new_ticket: { text: string; tone: "late" | "safe" | "open" } | null;
  /** The services that no open counter takes and whose queue is empty, in words. */
  untaken: string | null;
  notices: Notice[];
  interventions: BoardIntervention[];
  names: {
    services: Record<string, Translations>;
    teams: Record<string, Translations>;
    counters: Record<string, string>;
    pauses: Record<string, Translations>;
  };
  alerts: BoardAlert[];
  alerts_open: number;
  /** Today's appointments in words; null where there are none to book. */
  booked: TodayLine | null;
  /** Set by the page: when the server last answered, while the connection is lost. */
  lastSeen: string | null;
}

// --- Video counters --------------------------------------------------------------------------------

export type VideoParty = "screen" | "clerk";

/** A message between the two pages of a video counter, to connect them. */
export interface Signal {
  type: "hello" | "offer" | "answer" | "candidates" | "end" | "joined";
  sender: string;
  to?: string;
  sdp?: string;
  candidates?: RTCIceCandidateInit[];
}

export interface StoredSignal extends Signal {
  id: string;
}

/** The next visit of a counter. */
export interface NextAtCounter {
  number: string;
  service: string;
  waiting_seconds: number;
  place: number;
}

/** A video counter now. */
export interface VideoCounter {
  branch: string;
  branch_name: string;
  branch_open: boolean;
  counter: string;
  name: string;
  state: CounterState;
  team: string | null;
  visit: string | null;
  number: string | null;
  waiting: number;
  next: NextAtCounter | null;
  parked: { id: string; number: string }[];
}

/** The data of the screen in the booth. */
export interface ScreenData {
  counter: string;
  /** Whether this browser was set up for this very booth. */
  bound: boolean;
  /** Of the branch, the first in front. */
  languages: string[];
  name: string | Translations;
  telephone: string | null;
}

/** The data of the clerk's page over several branches. */
export interface RemoteData {
  branch: BranchConfig | null;
  branches: Record<string, BranchConfig>;
  /** By branch, why its counters may be paused. */
  pauses: Record<string, { id: string; name: Translations }[]>;
}
