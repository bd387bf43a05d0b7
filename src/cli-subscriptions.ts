import { type Command, Option } from 'commander';
import { declaring, gather, number, run } from './cli-run.ts';

type Commands = typeof import('./app/commands.ts');

/** The commands of subscriptions, and of what is owed for them. */
export function addSubscriptions(program: Command): void {
  const on = declaring(program);
  on('follow', 'make a subscription')
    .argument('<query...>')
    .requiredOption('--to <destination>', 'slack:CHANNEL, discord:CHANNEL, webhook:URL or console')
    .addOption(
      new Option('--style <style>', 'how much an alert shows').choices(['card', 'compact', 'full']).default('card'),
    )
    .option('--mention <who>', 'whom an alert mentions: role:ID, user:ID, group:ID or here; once for each', gather)
    .option('--when <when>', 'now, hourly, daily 09:00 or weekly mon 09:00, in the zone of the channel; default: now')
    .option('--urgent', 'passes the quiet hours of the channel')
    .option('--backfill <n>', 'alert the latest matches at once, 0 to 10', number, 0)
    .action(
      run((commands, terminal, query: string[], options: Parameters<Commands['follow']>[1]) =>
        commands.follow(query.join(' '), options, terminal),
      ),
    );

  on('edit', 'change a subscription; its number and history stay')
    .argument('<n>', 'its number', number)
    .option('--query <query>', 'what it asks for')
    .option('--when <when>', 'now, hourly, daily 09:00 or weekly mon 09:00')
    .option('--urgent', 'passes the quiet hours of the channel')
    .option('--no-urgent', 'waits for their end')
    .addOption(new Option('--style <style>', 'how much an alert shows').choices(['card', 'compact', 'full']))
    .option('--mention <who>', 'whom an alert mentions, instead of those before; once for each', gather)
    .action(
      run((commands, terminal, id: number, changes: Parameters<Commands['edit']>[1]) =>
        commands.edit(id, changes, terminal),
      ),
    );

  on('settings', 'how a channel gets its alerts: shows the settings, or changes them')
    .argument('<destination>', 'slack:CHANNEL, discord:CHANNEL or console')
    .option('--zone <zone>', 'time zone of its digests, quiet hours and times; default: that of the first source')
    .option('--quiet <hours>', 'hours in which only urgent alerts come, such as 22:00-07:00, or off')
    .option('--corrections <how>', 'edit, edit+note or off: what a corrected release does to its message')
    .option('--when-unsure <what>', 'hold or resend, where it cannot be found out whether a message arrived')
    .option('--digest-hour <time>', 'when a digest comes for which no time is written')
    .action(
      run((commands, terminal, to: string, typed: Parameters<Commands['settings']>[1]) =>
        commands.settings(to, typed, terminal),
      ),
    );

  on('unfollow', 'remove a subscription')
    .argument('<n>', 'its number, or all')
    .action(run((commands, terminal, target: string) => commands.unfollow(target, terminal)));

  on('list', 'the subscriptions').action(run((commands, terminal) => commands.list(terminal)));

  on('pause', 'stop the alerts of a subscription')
    .argument('<n>', 'its number', number)
    .option('--for <time>', 'then it goes on by itself: 30m, 12h, 3d, 2w')
    .action(run((commands, terminal, id: number, options: { for?: string }) => commands.pause(id, options, terminal)));

  on('resume', 'let a paused or suspended subscription go on, or a suspended destination be posted to again')
    .argument('<target>', 'number of the subscription, or slack:CHANNEL, discord:CHANNEL, webhook:URL or console')
    .action(run((commands, terminal, target: string) => commands.resume(target, terminal)));

  on('deliveries', 'messages owed and sent, newest first')
    .addOption(
      new Option('--state <state>', 'only these').choices([
        'queued',
        'sending',
        'waiting',
        'unsure',
        'held',
        'sent',
        'dead',
      ]),
    )
    .option('--limit <n>', 'how many', number, 50)
    .action(
      run((commands, terminal, options: Parameters<Commands['deliveries']>[0]) =>
        commands.deliveries(options, terminal),
      ),
    );

  on('release-held', 'send what is held: a delivery with all that its message carries, or all that an incident holds')
    .argument('<id>', 'number of a delivery, or name of an incident (i7)')
    .option('--drop', 'never send it instead')
    .action(
      run((commands, terminal, name: string, options: { drop?: boolean }) =>
        commands.releaseHeld(name, options, terminal),
      ),
    );
}
