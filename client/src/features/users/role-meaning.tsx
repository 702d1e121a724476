import { permissionWords, type Role, takesWholeScope } from '@opex/contracts/permissions';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { roleDescriptions } from './users.queries.ts';

type Props = { role: Role; seesAll: boolean };

/** What the role may do, as the server says it, and what it needs all entities for. */
export function RoleMeaning({ role, seesAll }: Props) {
  const { data } = useQuery(roleDescriptions);
  const meaning = data?.data.find((one) => one.role === role);
  if (!meaning) return null;
  return (
    <div>
      <Typography>{meaning.description}.</Typography>
      <Typography variant="caption" color="textSecondary">
        {wordsOf(meaning.permissions.filter((permission) => seesAll || !takesWholeScope(permission)))}
      </Typography>
      {!seesAll && meaning.permissions.some(takesWholeScope) && (
        <Typography variant="caption" color="textSecondary" component="p">
          Only with all entities: {wordsOf(meaning.permissions.filter(takesWholeScope))}
        </Typography>
      )}
    </div>
  );
}

const wordsOf = (permissions: readonly string[]) => permissions.map(permissionWords).join(', ');
