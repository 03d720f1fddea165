import { join } from 'node:path';
import { monogram } from './monogram.ts';
import { packageFolder, packageVersion, readJson } from './packages.ts';
import type { Draft, PageImage } from './page.ts';

interface Team {
  teamId: number;
  abbreviation: string;
  teamName: string;
  simpleName: string;
  location: string;
}

interface Player {
  firstName: string;
  lastName: string;
  playerId: number;
  teamId: number;
}

const LEAGUE = 'National Basketball Association';
const VERSION = packageVersion('nba');
const CREDIT = `Data: the package nba ${VERSION}, MIT. Nothing is added to what it lists.`;

export function basketballPages(): Draft[] {
  const data = join(packageFolder('nba'), 'data');
  const teams = readJson(join(data, 'teams.json')) as Team[];
  const players = readJson(join(data, 'players.json')) as Player[];
  const images = new Map(teams.map((team) => [team.teamId, monogram(team.abbreviation)]));
  return [
    leaguePage(teams),
    ...teams.map((team) => teamPage(team, rosterOf(team, players), images.get(team.teamId))),
    ...players.map((player) => {
      const team = teams.find((it) => it.teamId === player.teamId);
      return playerPage(player, team, team ? rosterOf(team, players) : [], images.get(player.teamId));
    }),
  ];
}

function leaguePage(teams: Team[]): Draft {
  const intro = `The ${LEAGUE} (NBA) has ${teams.length} teams in version ${VERSION} of the nba package.`;
  const links = teams.map((team) => team.teamName);
  return draft(LEAGUE, [{ paragraphs: [intro] }, { heading: 'Teams', links }], monogram('NBA'));
}

function teamPage(team: Team, roster: Player[], image: PageImage | undefined): Draft {
  const intro = `The ${team.teamName} are a basketball team from ${team.location}, one of the teams of the ${LEAGUE} (NBA). In short: ${team.simpleName}, or ${team.abbreviation}.`;
  const players = `${roster.length} players are listed with the ${team.simpleName} in version ${VERSION} of the nba package:`;
  return {
    ...draft(
      team.teamName,
      [
        { paragraphs: [intro] },
        { heading: 'Players', paragraphs: [players], links: roster.map(fullName) },
        { heading: 'See also', links: [LEAGUE], navigation: true },
      ],
      image,
    ),
    infobox: [
      { label: 'Location', text: team.location },
      { label: 'Short name', text: team.simpleName },
      { label: 'Abbreviation', text: team.abbreviation },
      { label: 'Players', text: String(roster.length) },
    ],
  };
}

function playerPage(player: Player, team: Team | undefined, roster: Player[], image: PageImage | undefined): Draft {
  const name = fullName(player);
  const teammates = roster.map(fullName).filter((mate) => mate !== name);
  const plays = team
    ? `${name} plays for the ${team.teamName} (${team.abbreviation}) in the ${LEAGUE}, as listed in version ${VERSION} of the nba package.`
    : `${name} is a basketball player in the ${LEAGUE}. Version ${VERSION} of the nba package lists no team.`;
  const seeAlso = team ? [team.teamName, ...teammates] : [LEAGUE];
  return {
    ...draft(name, [{ paragraphs: [plays] }, { heading: 'See also', links: seeAlso, navigation: true }], image),
    infobox: [
      { label: 'First name', text: player.firstName },
      { label: 'Last name', text: player.lastName },
      ...(team ? [{ label: 'Team', text: team.teamName }] : []),
      { label: 'Player id', text: String(player.playerId) },
    ],
  };
}

function draft(title: string, sections: Draft['sections'], image: PageImage | undefined): Draft {
  return { title, sections, ...(image && { image }), restricted: false, credit: CREDIT };
}

function rosterOf(team: Team, players: Player[]): Player[] {
  return players.filter((player) => player.teamId === team.teamId);
}

function fullName(player: Player): string {
  return `${player.firstName} ${player.lastName}`.trim();
}
